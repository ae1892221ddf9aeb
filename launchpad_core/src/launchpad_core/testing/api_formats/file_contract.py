"""What every API format keeps to when it reads files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import ClassVar

import pytest

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.contracts.files import written as written_as
from launchpad_core.registrations import ApiFormatType
from launchpad_core.testing.api_formats.checks import (
    check_same,
    check_texts,
    content,
    refusal,
    round_trip,
)
from launchpad_core.testing.api_formats.feature import SMALLEST, whole
from launchpad_core.testing.api_formats.features import FEATURES
from launchpad_core.testing.api_formats.texts import BROKEN_FILES, cut_off
from launchpad_core.testing.rules import rule
from launchpad_core.testing.threads import at_once
from launchpad_core.testing.type_contract import TypeContract

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


class ApiFileContract(TypeContract):
    """The part of the contract of API formats that is about files.

    ``ApiFormatContract`` is derived from it, and is what tests derive from.
    """

    kind = ApiFormatType
    known_capabilities = tuple(FEATURES)
    given = ("texts",)
    capabilities: ClassVar[frozenset[str]] = frozenset(FEATURES)

    @pytest.fixture
    def format(self, implementation: type[ApiFormat]) -> ApiFormat:
        """Return the API format that is tested."""
        return implementation()

    @pytest.fixture
    def file(self, implementation: type[ApiFormat], tmp_path: Path) -> Path:
        """Return the path of a file of the format, which isn't there yet."""
        return tmp_path / f"api{(*implementation.suffixes, '')[0]}"

    @pytest.fixture
    def everything(self) -> ApiContract:
        """Return a contract with all features that the test declares."""
        said = (
            feature.said(self.capabilities).values()
            for name, feature in FEATURES.items()
            if name in self.capabilities
        )
        return whole(chain([SMALLEST], *said))

    @pytest.fixture
    def texts(self) -> Mapping[str, str]:
        """Return texts of valid files by their names, as people write them.

        They are read, all but those in folders, such as ``parts/types.raml``: these are
        there for others to include.
        """
        return {}

    @rule()
    def test_suffixes_and_media_type(self, implementation: type[ApiFormat]) -> None:
        """``suffixes`` is how the names of files end, the one for new files first.

        They begin with a dot, such as ``.raml``: by them ``launchpad`` tells in which
        notation a file is. ``media_type`` is what the published contract is sent as.
        """
        suffixes = implementation.suffixes
        assert isinstance(suffixes, tuple), f"suffixes is no tuple: {suffixes!r}"
        assert suffixes, "suffixes is empty"
        for suffix in suffixes:
            assert re.fullmatch(r"\.[^./\\]+", suffix), (
                f"{suffix!r} in suffixes is not a dot and the end of a name"
            )
        media_type = implementation.media_type
        assert _MEDIA_TYPE.fullmatch(media_type), (
            f"media_type {media_type!r} is none, such as text/plain"
        )

    @rule()
    def test_reading_leaves_files_alone(
        self, everything: ApiContract, format: ApiFormat, file: Path
    ) -> None:
        """``read`` doesn't change the file, and puts no other one beside it.

        Contracts are often read where nobody may write, and watched for changes.
        """
        file.write_text(format.write(everything), encoding="utf-8")
        before = content(file.parent)
        format.read(file)
        after = content(file.parent)
        for name in sorted(before.keys() | after.keys()):
            assert after.get(name) == before.get(name), f"read() changes {name}"

    @rule()
    def test_what_is_read_is_the_same_in_all_threads(
        self, format: ApiFormat, implementation: type[ApiFormat], file: Path
    ) -> None:
        """``read`` returns equal contracts each time, also in 8 threads at once.

        Web servers read contracts in threads. What is noted while reading belongs into
        an object of its own for each file, not into the format or its class.
        """
        said = FEATURES["string"].said(self.capabilities)
        wanted = whole([SMALLEST, *said.values()])
        file.write_text(format.write(wanted), encoding="utf-8")
        every = [format] * 4 + [implementation() for _ in range(4)]
        for found in at_once(*(lambda one=one: one.read(file) for one in every)):
            check_same(wanted, found, told="in one of 8 threads: ")

    @rule()
    def test_files_of_each_suffix_are_read(
        self, everything: ApiContract, format: ApiFormat, tmp_path: Path
    ) -> None:
        """A file may have any of the suffixes.

        ``launchpad contract`` writes as JSON what goes to a file ``.json``, if that is
        one of the suffixes: the text of ``write`` has to be YAML then.
        """
        for suffix in format.suffixes:
            path = tmp_path / f"api{suffix}"
            text = written_as(everything, format, path)
            path.write_text(text, encoding="utf-8")
            check_same(everything, format.read(path), told=f"in a file {suffix}: ")

    @rule()
    def test_broken_files_are_refused(self, format: ApiFormat, file: Path) -> None:
        """``read`` raises ContractError for what is no contract, and names the file.

        ``ContractError(message, where=Position(file, line))`` says where it is, and
        ``hint=`` what to do. A user sees the message, and no traceback; any
        other exception is shown as a fault of the plugin.
        """
        for what, broken in BROKEN_FILES.items():
            file.write_bytes(broken)
            error = refusal(format, file, of=what)
            assert error, f"{what} is taken for a contract"
        file.unlink()
        assert refusal(format, file, of="no file"), "no file is taken for a contract"
        file.mkdir()
        assert refusal(format, file, of="a folder"), "a folder is taken for a contract"

    @rule()
    def test_cut_off_files_are_read_or_refused(
        self, everything: ApiContract, format: ApiFormat, file: Path
    ) -> None:
        """``read`` raises ContractError, or nothing, for the beginning of a file.

        Somebody may be writing it just now. What is left may be a contract, or make
        no sense: then the error says so, with file and line.
        """
        for what, text in cut_off(format.write(everything)):
            file.write_text(text, encoding="utf-8")
            refusal(format, file, of=what)

    @rule()
    def test_files_of_people_are_read(
        self, texts: Mapping[str, str], format: ApiFormat, tmp_path: Path
    ) -> None:
        """The texts of the fixture ``texts`` are read, and survive a round trip.

        People write what ``write`` never would: shorter forms, other versions of the
        notation, files that include others.
        """
        if not texts:
            pytest.skip("the test has no fixture texts")
        for name, text in texts.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        for name in (name for name in texts if "/" not in name):
            found = format.read(tmp_path / name)
            back = tmp_path / f"back_{Path(name).stem}{format.suffixes[0]}"
            again = round_trip(found, format, back)
            check_same(found, again, told=f"{name}: ")
            check_texts(format.write(found), format.write(again), what=name)
