"""Moving aliases: to another build, back to the one before, or away."""

from __future__ import annotations

from dataclasses import replace

from launchpad_core.errors import NoSuchBuild
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.entries import Entry, aliases_of
from launchpad_core.store.files import RemovedBuild


def point(builds: ModelBuilds, alias: str, build: Build) -> Build:
    """Make an alias point at a build, and return it.

    Raises:
        NoSuchBuild: When it was removed meanwhile.
        StoreError: When the store can't be written.
    """

    def entry(last: Entry) -> Entry:
        if build.sha256 not in builds.history().builds:
            raise NoSuchBuild(f"{build} is not there any more")
        aliases = {**last.aliases, alias: build.sha256}
        return last.next("alias", build.sha256, alias=alias, aliases=aliases)

    last = builds.append(entry)
    return replace(build, aliases=aliases_of(build.sha256, last))


def unalias(builds: ModelBuilds, alias: str) -> None:
    """Take an alias away.

    Raises:
        NoSuchBuild: When there is no such alias.
        StoreError: When the store can't be written.
    """

    def entry(last: Entry) -> Entry:
        if alias not in last.aliases:
            raise NoSuchBuild(
                f"{builds.name} {builds.version} has no alias {alias}",
                hint=", ".join(sorted(last.aliases)) or None,
            )
        left = {name: last.aliases[name] for name in last.aliases if name != alias}
        return last.next("unalias", alias=alias, aliases=left)

    builds.append(entry)


def roll_back(builds: ModelBuilds, alias: str) -> Build:
    """Make an alias point at what it pointed at before, and return that build.

    Doing it again goes one further back.

    Raises:
        NoSuchBuild: When there is none before it.
        StoreError: When the store can't be written, or that build is damaged.
    """
    before: Build

    def entry(last: Entry) -> Entry:
        nonlocal before
        stack = builds.history().stack(alias)
        if len(stack) < 2:
            raise NoSuchBuild(
                f"no other build of {builds.name} {builds.version} was {alias} before"
            )
        try:
            before = builds.build(stack[-2], last)
        except RemovedBuild:  # by somebody else; so look again
            return entry(builds.last())
        aliases = {**last.aliases, alias: before.sha256}
        return last.next("rollback", before.sha256, alias=alias, aliases=aliases)

    added = builds.append(entry)
    return replace(before, aliases=aliases_of(before.sha256, added))
