"""The commands that keep a store in order: ``models verify``, ``prune``, ``sign``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from launchpad_core.cli.models.options import (
    all_versions,
    build_called,
    json_option,
)
from launchpad_core.invocation import Invocation, pass_invocation, show_table

if TYPE_CHECKING:
    from launchpad_core.store.audit import Finding, Task
    from launchpad_core.store.builds import ModelBuilds
    from launchpad_core.store.history import History

_LARGE = 100_000_000
"""Bytes, from which on verifying takes long enough to show how far it is."""


@click.command(short_help="Look whether builds are still what was published")
@click.argument("build", required=False)
@json_option
@click.pass_context
def verify(ctx: click.Context, build: str | None, as_json: bool) -> None:
    """Look whether a BUILD, or all builds of the model, are what was published.

    All files are read, and the log with its signature. The exit status is 1 when
    something isn't as it was.
    """
    from launchpad_core.store.audit import tasks

    project = ctx.ensure_object(Invocation).project(contract=False)
    if build is None:
        found = [one for builds in all_versions(project) for one in tasks(builds)]
    else:
        builds, wanted = build_called(project, build)
        found = list(tasks(builds, only=wanted))
    findings = list(_run(found))
    show_table(
        map(_row, findings),
        ("name", "version", "what", "aliases", "state", "remark"),
        as_json=as_json,
    )
    bad = sum(bool(finding.fault) for finding in findings)
    if bad:
        verb = "is" if bad == 1 else "are"
        told = f"{bad} of {len(findings)} {verb} not what was published"
        click.echo(told, err=True)
    ctx.exit(1 if bad else 0)


@click.command(short_help="Remove old builds, but none that is needed")
@click.option(
    "--keep",
    type=click.IntRange(min=0),
    required=True,
    metavar="N",
    help="How many of the newest builds to keep.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@json_option
@pass_invocation
def prune(invocation: Invocation, keep: int, dry_run: bool, as_json: bool) -> None:
    """Remove all builds of the model's version but the newest ones.

    What an alias points at always stays, and what a rollback would go to.
    """
    from launchpad_core.store import pruning
    from launchpad_core.store.diff.values import counted, size

    builds = invocation.project(contract=False).builds
    history = builds.history()
    known = {row["build"]: row for row in _with_sizes(builds, history)}
    if dry_run:
        unwanted = pruning.to_prune(history, keep=keep)
        removed = [row for row in known.values() if row["sha256"] in unwanted]
    else:
        ids = pruning.prune(builds, keep=keep)
        unknown = {"created": "", "size": None}
        removed = [known.get(id, {"build": id, **unknown}) for id in ids]
    rows = [{key: row[key] for key in ("build", "created", "size")} for row in removed]
    freed = size(sum(row["size"] or 0 for row in rows))
    if sys.stdout.isatty() and not as_json:
        rows = [_for_people(row) for row in rows]
    if rows or not sys.stdout.isatty():
        show_table(rows, ("build", "created", "size"), as_json=as_json)
    count = counted(len(rows), "build")
    verb = "would be removed" if dry_run else "removed"
    click.echo(f"{count} of {len(known)} {verb}, {freed}", err=True)


@click.command(short_help="Vouch for what was in the store before there was a key")
@click.option("--yes", is_flag=True, help="Don't ask.")
@pass_invocation
def sign(invocation: Invocation, yes: bool) -> None:
    """Sign the logs of all versions of the model, so that their builds are served.

    It is for a store that gets a signing key, or another one: whoever could write into
    it before, may have changed what is vouched for. A damaged log is never signed.
    """
    from launchpad_core.errors import ConfigError
    from launchpad_core.store.diff.values import counted

    project = invocation.project(contract=False)
    signer = project.builds.signer
    if signer is None:
        raise ConfigError(
            "there is no key to sign with",
            where=project.config.where("model_store"),
            hint="add signing_key_var: to the section model_store",
        )
    signer.check()
    unsigned = [builds for builds in all_versions(project) if not _is_trusted(builds)]
    vouched_for = [(builds, _unsigned_history(builds)) for builds in unsigned]
    for builds, history in vouched_for:
        last, count = history.last, counted(len(history.builds), "build")
        click.echo(
            f"{builds.name} {builds.version}: {count}, last "
            f"changed by {last.by} at {last.at}",
            err=True,
        )
    if not vouched_for:
        click.echo("everything is signed already", err=True)
        return
    if not yes:
        click.confirm("Vouch for all of this?", abort=True, err=True)
    for builds, history in vouched_for:
        builds.log.sign(history.last)
        click.echo(f"signed {builds.name} {builds.version}", err=True)


def _run(tasks: Sequence[Task]) -> Iterator[Finding]:
    """Have all looks; when there is a lot to read, a terminal sees how far it is."""
    total = sum(task.size for task in tasks)
    if total < _LARGE or not sys.stderr.isatty():
        yield from (task.run() for task in tasks)
        return
    with click.progressbar(length=total, label="Verifying", file=sys.stderr) as bar:
        for task in tasks:
            yield task.run()
            bar.update(task.size)


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    from launchpad_core.store.describing import time_of
    from launchpad_core.store.diff.values import size

    told = "" if row["size"] is None else size(row["size"])
    return {**row, "created": time_of(row["created"]), "size": told}


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "version": finding.version,
        "what": finding.what,
        "aliases": list(finding.aliases),
        "state": "damaged" if finding.fault else "whole",
        "remark": finding.fault or finding.remark,
    }


def _with_sizes(builds: ModelBuilds, history: History) -> Iterator[dict[str, Any]]:
    """Yield all builds with what is freed by removing one; None where it is damaged."""
    from launchpad_core.errors import StoreError
    from launchpad_core.store.audit import size_of
    from launchpad_core.store.entries import build_id

    for sha256 in history.builds:
        row = {"build": build_id(sha256), "sha256": sha256}
        try:
            build = builds.build(sha256, history.last)
        except StoreError:
            yield {**row, "created": "", "size": None}
            continue
        created = build.metadata.get("created", "")
        yield {**row, "created": created, "size": size_of(build)}


def _is_trusted(builds: ModelBuilds) -> bool:
    from launchpad_core.errors import StoreError

    try:
        builds.last()
    except StoreError:
        return False
    return True


def _unsigned_history(builds: ModelBuilds) -> History:
    from launchpad_core.store.history import History

    return History(builds.log.unsigned().entries())
