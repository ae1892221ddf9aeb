"""The command ``models list``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from launchpad_core.cli.models.options import tell_nothing_is_there
from launchpad_core.invocation import Invocation, pass_invocation, show, show_table

if TYPE_CHECKING:
    from launchpad_core.store.builds import ModelBuilds

listing_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print all that is known of them as JSON, by name and version.",
)


@click.command("list", short_help="List all builds of all models in the store")
@listing_option
@pass_invocation
def list_builds(invocation: Invocation, as_json: bool) -> None:
    """List all builds of all models in the store."""
    from launchpad_core.store.finding import every_model
    from launchpad_core.store.mllaunchpad import complete_listing, old_rows

    store = invocation.project(contract=False).store
    if as_json:
        show(complete_listing(store))
        return
    rows = [row for builds in every_model(store) for row in _rows(builds)]
    rows += old_rows(store)
    if not rows:
        tell_nothing_is_there(store)
    if sys.stdout.isatty():
        rows = [_for_people(row) for row in rows]
    if rows or not sys.stdout.isatty():
        columns = ("name", "version", "build", "aliases", "created", "metrics")
        show_table(rows, columns, as_json=False)


def _rows(builds: ModelBuilds) -> Iterator[dict[str, Any]]:
    """Yield a row for each build; where one can't be read, it says why."""
    from launchpad_core.errors import StoreError
    from launchpad_core.store.entries import aliases_of, build_id
    from launchpad_core.store.finding import with_history

    named = {"name": builds.name, "version": builds.version}
    unknown = {"created": "", "metrics": {}}
    try:
        history = builds.history()
    except StoreError as error:
        yield {**named, "build": "", "aliases": [], **unknown, "fault": error.message}
        return
    held_back = {
        entry.build for entry in history.entries if entry.details.get("held_back")
    }
    for sha256 in history.builds:
        row = {
            **named,
            "build": build_id(sha256),
            "aliases": list(aliases_of(sha256, history.last)),
            "held_back": sha256 in held_back,
        }
        try:
            metadata = with_history(builds.build(sha256, history.last), history)
        except StoreError as error:
            yield {**row, **unknown, "fault": error.message}
            continue
        created = metadata.get("created", "")
        yield {**row, "created": created, "metrics": metadata["metrics"]}


def _for_people(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row in short: seconds are enough, and metrics that are one value."""
    from launchpad_core.store.describing import time_of

    unused = row.get("held_back") and not row["aliases"]
    told = (
        "held back" if unused else "",
        row.get("fault") or _metrics(row["metrics"]),
    )
    return {
        **row,
        "created": time_of(row["created"]),
        "metrics": "; ".join(filter(None, told)),
    }


def _metrics(metrics: Any) -> str:
    from launchpad_core.store.diff.values import short

    if not isinstance(metrics, Mapping):
        return short(metrics)
    return ", ".join(
        f"{name} {short(value)}"
        for name, value in metrics.items()
        if not isinstance(value, (list, Mapping))
    )
