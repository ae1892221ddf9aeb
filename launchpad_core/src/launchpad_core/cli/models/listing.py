"""The command ``models list``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from launchpad_core.cli.models.options import json_option
from launchpad_core.invocation import Invocation, pass_invocation, show, show_table

if TYPE_CHECKING:
    from launchpad_core.store.builds import ModelBuilds


@click.command("list", short_help="List all builds of all models in the store")
@json_option
@pass_invocation
def list_builds(invocation: Invocation, as_json: bool) -> None:
    """List all builds of all models in the store."""
    from launchpad_core.store.finding import every_model
    from launchpad_core.store.mllaunchpad import complete_listing, old_rows

    store = invocation.project(contract=False).store
    if as_json:
        show(complete_listing(store))
        return
    rows = (row for builds in every_model(store) for row in _rows(builds))
    show_table(
        itertools.chain(rows, old_rows(store)),
        ("name", "version", "build", "aliases", "created", "metrics"),
        as_json=False,
    )


def _rows(builds: ModelBuilds) -> Iterator[dict[str, Any]]:
    """Yield a row for each build; where one can't be read, it says why."""
    from launchpad_core.errors import StoreError
    from launchpad_core.plain import as_json
    from launchpad_core.store.entries import aliases_of, build_id
    from launchpad_core.store.finding import with_history

    named = {"name": builds.name, "version": builds.version}
    nothing = {"build": "", "aliases": [], "created": "", "metrics": ""}
    try:
        history = builds.history()
    except StoreError as error:
        yield {**named, **nothing, "metrics": error.message}
        return
    for sha256 in history.builds:
        row = {
            **named,
            "build": build_id(sha256),
            "aliases": list(aliases_of(sha256, history.last)),
        }
        try:
            metadata = with_history(builds.build(sha256, history.last), history)
        except StoreError as error:
            yield {**row, "created": "", "metrics": error.message}
            continue
        metrics = as_json(metadata["metrics"])
        yield {**row, "created": metadata.get("created", ""), "metrics": metrics}
