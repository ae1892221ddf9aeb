"""The builds of one model in a store: publishing them, and getting them back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from launchpad_core.errors import StoreError
from launchpad_core.plain import plain
from launchpad_core.store.build import Build, unwritable, with_metadata, write_build
from launchpad_core.store.entries import Action, Entry, aliases_of, build_id, pointed_at
from launchpad_core.store.files import METADATA, DamagedBuild, RemovedBuild
from launchpad_core.store.history import History
from launchpad_core.store.log import Log
from launchpad_core.store.model_store import ModelStore
from launchpad_core.store.signing import signer_of
from launchpad_core.store.verification import verified_files
from launchpad_core.writer import this_writer

Used = TypeVar("Used")
Write = Callable[[Path], None]
"""Writes a build's files into an empty folder."""

Objections = Callable[[], Sequence[str]]
"""Returns why a new build isn't to be served; asked when it is published."""


class ModelBuilds:
    """The builds of one model and version in a store.

    ::

        <name>/<version>/log/<number>.json           what happened, an entry a file
        <name>/<version>/builds/<id>/metadata.json   what is known about a build
        <name>/<version>/builds/<id>/...             its other files

    A build is there when an entry of the log says so, and an alias points at what the
    last entry says. So one created file decides whether anything happened at all.

    Args:
        store: The store.
        name: The model's name.
        version: The model's version.

    Attributes:
        name: The model's name.
        version: The model's version.
        alias: The alias that is trained to and served: by default ``live``.
        log: What happened.
        signer: What signs it, if anything.

    Raises:
        MissingVariable: When the environment variable with the signing key isn't set.
    """

    def __init__(self, store: ModelStore, name: str, version: str) -> None:
        self.name = name
        self.version = version
        self.alias = store.settings.alias
        self.store = store
        self._home = f"{name}/{version}"
        self.signer = signer_of(store)
        self.log = Log(
            store,
            self._home,
            model=f"{name} {version}",
            by=this_writer(),
            signer=self.signer,
        )

    def last(self) -> Entry:
        """Return the last entry of the log; one with the number 0 if there is none.

        Raises:
            StoreError: When the store can't be read, or the entry can't be trusted.
        """
        return self.log.last()

    def history(self) -> History:
        """Return all that happened.

        Raises:
            StoreError: When the store can't be read, or its log is damaged.
        """
        return History(self.log.entries())

    def live_id(self) -> str:
        """Return the id of the build that is served, cheaply enough to ask often.

        Raises:
            NoSuchBuild: When there is none.
            StoreError: When the store can't be read.
        """
        return build_id(self._live_sha256(self.last()))

    def live(self) -> Build:
        """Return the build that is served.

        Raises:
            NoSuchBuild: When there is none.
            StoreError: When the store can't be read, or the build is damaged.
        """
        return self.with_live(lambda build: build)

    def with_live(self, use: Callable[[Build], Used]) -> Used:
        """Return what a function makes of the build that is served.

        Once another one is served, it may be removed while it is read. Then the
        function is asked again, with the other one.

        Raises:
            NoSuchBuild: When there is none.
            StoreError: When the store can't be read, or the build is damaged.
        """
        last = self.last()
        while True:
            sha256 = self._live_sha256(last)
            try:
                return use(self.build(sha256, last))
            except (StoreError, OSError):
                last = self.last()
                if last.aliases.get(self.alias) == sha256:
                    raise

    def all(self) -> tuple[Build, ...]:
        """Return all builds, the oldest first.

        Raises:
            StoreError: When the store can't be read, or a build is damaged.
        """
        while True:
            history = self.history()
            keys = (f"{self.folder(it)}/{METADATA}" for it in history.builds)
            found = zip(history.builds, self.store.read_all(keys), strict=True)
            with suppress(RemovedBuild):  # by somebody else; so look again
                return tuple(self._build(it, history.last, data) for it, data in found)

    def build(self, sha256: str, last: Entry) -> Build:
        """Return the build whose metadata have a SHA-256.

        Args:
            sha256: The SHA-256, in hex.
            last: The last entry of the log.

        Raises:
            RemovedBuild: When it isn't in the log any more.
            DamagedBuild: When its metadata are gone, or have changed.
            StoreError: When the store can't be read.
        """
        content = self.store.read(f"{self.folder(sha256)}/{METADATA}")
        return self._build(sha256, last, content)

    def publish(
        self,
        write: Write,
        metadata: Mapping[str, Any],
        *,
        promote: bool = True,
        objections: Objections = tuple,
    ) -> Build:
        """Store a new build, and serve it from now on: both or neither.

        Args:
            write: Writes its files into the folder that it is given.
            metadata: Plain values to be kept with it, its metrics among them.
            promote: Whether to serve it; else it is only kept.
            objections: Returns why not to serve it, given what is live at that moment.

        Raises:
            StoreError: When the store can't be written.
        """
        self.sweep()
        with self.store.workspace() as workspace:
            folder = workspace / "build"
            write_build(folder, write, metadata)
            aliases = (self.alias,) if promote else ()
            return self.add(folder, "publish", aliases=aliases, objections=objections)

    def add(
        self,
        folder: Path,
        action: Action,
        *,
        aliases: tuple[str, ...],
        details: Mapping[str, Any] | None = None,
        objections: Objections = tuple,
    ) -> Build:
        """Store a build that is complete in a folder of a workspace.

        Args:
            folder: The folder with all its files.
            action: What the log calls it.
            aliases: What is to point at it.
            details: What else the log should say.
            objections: Returns why nothing is to point at it.

        Raises:
            StoreError: When the store can't be written.
        """
        try:
            content = (folder / METADATA).read_bytes()
        except OSError as error:
            raise unwritable(error) from error
        sha256 = hashlib.sha256(content).hexdigest()
        self.store.put(self.folder(sha256), folder)

        def entry(last: Entry) -> Entry:
            held_back, said = tuple(objections()), details or {}
            said = {**said, "held_back": held_back} if held_back else said
            moved = () if held_back else aliases
            return last.adding(action, sha256, aliases=moved, details=said)

        last = self.append(entry)
        return self._build(sha256, last, content)

    def add_metrics(self, build: Build, metrics: Mapping[str, Any]) -> None:
        """Add an entry to a build's metrics history.

        Raises:
            StoreError: When the store can't be written.
        """
        details = {"metrics": plain(metrics)}
        self.append(lambda last: last.next("retest", build.sha256, details=details))

    def append(self, make: Callable[[Entry], Entry]) -> Entry:
        """Add an entry to the log; ``make`` returns it, given the last one.

        Raises:
            StoreError: When the store can't be written.
        """
        return self.log.append(make)

    @contextmanager
    def verified(self, build: Build) -> Iterator[Path]:
        """Yield a local folder with a build's files, after a look at all of them.

        With a signing key it is a copy that nobody else can reach, so that nobody can
        change a file between the look at it and its use.

        Raises:
            RemovedBuild: When it isn't in the log any more.
            DamagedBuild: When they aren't those that were published.
            StoreError: When they can't be read.
        """
        key, private = self.folder(build.sha256), self.signer is not None
        with (
            self._telling_removal(build.sha256),
            verified_files(self.store, key, build, private=private) as folder,
        ):
            yield folder

    def discard_removed(self) -> None:
        """Remove the files of builds that aren't in the log any more.

        Raises:
            StoreError: When the store can't be written.
        """
        self.store.discard(lambda: map(self.folder, self.history().removed))

    def sweep(self) -> None:
        """Remove what writers of any model left that didn't come to an end.

        Raises:
            StoreError: When the store can't be written.
        """
        self.store.sweep(self._known)

    def folder(self, sha256: str) -> str:
        """Return the key below which a build's files are."""
        return f"{self._home}/builds/{build_id(sha256)}"

    def _known(self, model: str) -> Collection[str]:
        name, version = model.split("/")
        builds = ModelBuilds(self.store, name, version)
        return {builds.folder(sha256) for sha256 in builds.history().builds}

    @contextmanager
    def _telling_removal(self, sha256: str) -> Iterator[None]:
        """Say of a build that it was removed, rather than that it is damaged."""
        try:
            yield
        except DamagedBuild as error:
            if sha256 not in self.history().removed:
                raise
            raise RemovedBuild(
                f"build {build_id(sha256)} of {self.name} {self.version} was removed",
                hint="launchpad models list",
            ) from error

    def _build(self, sha256: str, last: Entry, metadata: bytes | None) -> Build:
        build = Build(sha256, self.name, self.version, aliases_of(sha256, last))
        with self._telling_removal(sha256):
            return with_metadata(build, metadata)

    def _live_sha256(self, last: Entry) -> str:
        label = f"{self.name} {self.version} in {self.store.shown_name}"
        return pointed_at(self.alias, last, label=label)
