"""What the types of data sources and of data sinks keep to alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, ClassVar

import pytest

from launchpad_core.data import Params, Resource
from launchpad_core.errors import ConfigError, DataError
from launchpad_core.masking import SUFFIX, names_secret
from launchpad_core.sections import Section, as_section
from launchpad_core.testing.rules import refused, rule
from launchpad_core.testing.type_contract import TypeContract
from launchpad_core.testing.watching import left_open, watching

UNKNOWN = "launchpad_unknown"
"""The name of a key, and of a param, that no type knows."""

BAD_CHUNKSIZES = (0, -1, True, "2")

Use = Callable[[Params | None], Any]


class DataContract(TypeContract):
    """The rules for data sources and data sinks alike."""

    given: ClassVar[tuple[str, ...]] = ("section", "connection", "params")

    @pytest.fixture
    def connection(self) -> Mapping[str, Any] | None:
        """Return the section of ``dbms`` that the type needs, if it needs one."""
        return None

    @pytest.fixture
    def params(self) -> Params | None:
        """Return the params that the section asks for, with ``params``."""
        return None

    @pytest.fixture
    def use(self) -> Use:
        """Return the function that reads or writes once, with these params."""
        raise NotImplementedError

    @pytest.fixture
    def written_connection(
        self, connection: Mapping[str, Any] | None, tmp_path: Path
    ) -> Section | None:
        """Return the section of ``dbms`` as the core hands it on."""
        return None if connection is None else as_section(connection, folder=tmp_path)

    @pytest.fixture
    def made(
        self,
        implementation: type[Resource],
        written: Section,
        written_connection: Section | None,
    ) -> Resource:
        """Return the data source or sink that is tested."""
        return implementation("tested", written, written_connection)

    @rule()
    def test_making_it_touches_no_data(
        self,
        implementation: type[Resource],
        written: Section,
        written_connection: Section | None,
        tmp_path: Path,
    ) -> None:
        """A section is checked and kept when the object is made; nothing is opened.

        Every command that uses a config makes the objects of its sections, also where
        the data can't be reached. Open files and connections in the methods that read
        or write. The rule sees files below ``tmp_path``, connections, databases of
        SQLite and programs.
        """
        with watching(tmp_path) as seen:
            implementation("tested", written, written_connection)
        assert not seen, f"{seen[0]} when it is made"

    @rule()
    def test_unknown_keys_are_refused(
        self,
        implementation: type[Resource],
        written: Section,
        written_connection: Section | None,
    ) -> None:
        """A key that ``Config`` doesn't have is refused by a ConfigError naming it.

        The base class does that when it is made. Hand the section on to it as it is,
        by ``super().__init__``, and write ``extra="allow"`` only where any key may be
        meant.
        """
        if implementation.config_class().model_config.get("extra") == "allow":
            return
        misspelt = Section({**written, UNKNOWN: 1}, folder=written.folder)
        with refused("an unknown key", by=ConfigError, naming=UNKNOWN):
            implementation("tested", misspelt, written_connection)

    @rule()
    def test_explain_is_one_line(self, made: Resource, tmp_path: Path) -> None:
        """``explain()`` says in one line how it reads or writes, and opens nothing."""
        with watching(tmp_path) as seen:
            told = made.explain()
        assert isinstance(told, str), f"explain() returns {told!r} instead of text"
        assert len(told.splitlines()) < 2, f"explain() has several lines: {told!r}"
        assert not seen, f"{seen[0]} in explain()"

    @rule()
    def test_secrets_are_not_shown(
        self, made: Resource, written: Section, written_connection: Section | None
    ) -> None:
        """What a section's ``password_var`` names is in no repr and no explain().

        Read such variables when connecting, by ``launchpad_core.with_variables``, and
        keep their values out of attributes that are shown.
        """
        shown = {
            "repr()": repr(made),
            "the repr() of its settings": repr(made.settings),
            "explain()": made.explain(),
        }
        for key, secret in _secrets([written, written_connection or {}]):
            for where, text in shown.items():
                assert secret not in text, f"{where} shows what {key} names"

    @rule(needs=["params"])
    def test_asked_names_the_params(
        self, made: Resource, params: Params | None
    ) -> None:
        """``asked`` are the names of the params that the section asks for.

        By them the core knows which sources it may read before a request is there.
        """
        assert params, "the fixture params returns none"
        assert made.asked == set(params), (
            f"asked is {_listed(made.asked)} instead of {_listed(params)}"
        )

    @rule(lacks=["params"])
    def test_nothing_is_asked(self, made: Resource) -> None:
        """A section that asks for no params says so: ``asked`` is empty."""
        assert not made.asked, f"asked is {_listed(made.asked)} instead of empty"

    @rule(needs=["params"])
    def test_params_stay_as_they_are(self, use: Use, params: dict[str, Any]) -> None:
        """The params of a call aren't changed by it."""
        wanted = deepcopy(params)
        use(params)
        assert params == wanted, f"params are {params!r} after the call, not {wanted!r}"

    @rule(needs=["params"])
    def test_missing_params_are_refused(self, use: Use, params: Params) -> None:
        """A call without a param that the section asks for is refused: DataError.

        ``check_params`` of the base class does that, and names the param.
        """
        with refused("a call without params", by=DataError):
            use(None)
        for name in params:
            rest = {other: params[other] for other in params if other != name}
            with refused(f"a call without {name}", by=DataError, naming=name):
                use(rest)

    @rule()
    def test_files_are_closed_again(
        self, use: Use, params: Params | None, tmp_path: Path
    ) -> None:
        """A file that is opened is closed, and not left for Python to clean up.

        ``with path.open() as file:`` does that. A server runs out of open files else,
        and on Windows nobody can remove or replace them. The rule sees files that are
        opened by Python, below ``tmp_path``.
        """
        with left_open(tmp_path) as files:
            use(params)
        assert not files, files[0]

    @rule()
    def test_unknown_params_are_refused(self, use: Use, params: Params | None) -> None:
        """A param that the section doesn't ask for is refused: DataError.

        ``check_params`` of the base class does that, and ``refuse(params=params)``
        where no section asks for any.
        """
        with refused(f"the param {UNKNOWN}", by=DataError):
            use({**(params or {}), UNKNOWN: 1})


def _secrets(values: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the keys that name variables with secrets, and what these are."""
    if isinstance(values, Mapping):
        for inner, value in values.items():
            yield from _secrets(value, str(inner))
        return
    if isinstance(values, (list, tuple)):
        for value in values:
            yield from _secrets(value, key)
        return
    named = key.endswith(SUFFIX) and names_secret(key.removesuffix(SUFFIX))
    if named and (secret := os.environ.get(str(values))):
        yield key, secret


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(str, names))) or "empty"
