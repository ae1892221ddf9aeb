"""The command ``models``: what is in the model store, and which build is served."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from launchpad_core.invocation import Invocation, pass_invocation, show, show_table

if TYPE_CHECKING:
    from launchpad_core.store.builds import ModelBuilds

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    """See, compare, promote, prune and move trained models."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_builds, as_json=as_json)


@models.command("list")
@json_option
@pass_invocation
def list_builds(invocation: Invocation, as_json: bool) -> None:
    """List all builds of all models in the store."""
    from launchpad_core.store.finding import listing, models

    found = models(invocation.project().store)
    if as_json:
        show(listing(found))
        return
    show_table(
        (row for builds in found for row in _rows(builds)),
        ("name", "version", "build", "aliases", "created", "metrics"),
        as_json=False,
    )


def _rows(builds: ModelBuilds) -> Iterator[dict[str, Any]]:
    from launchpad_core.plain import as_json
    from launchpad_core.store.finding import with_history

    history = builds.history()
    for build in builds.all():
        metadata = with_history(build, history)
        yield {
            "name": build.name,
            "version": build.version,
            "build": build.id,
            "aliases": list(build.aliases),
            "created": metadata["created"],
            "metrics": as_json(metadata["metrics"]),
        }
