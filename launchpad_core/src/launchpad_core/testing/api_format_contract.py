"""What every API format keeps to."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.contracts.as_json import contract_as_json, contract_from_json
from launchpad_core.errors import ContractError
from launchpad_core.testing.api_formats.checks import (
    check_same,
    check_same_or_refused,
    check_texts,
    round_trip,
)
from launchpad_core.testing.api_formats.differences import differences
from launchpad_core.testing.api_formats.feature import SMALLEST
from launchpad_core.testing.api_formats.features import FEATURES
from launchpad_core.testing.api_formats.file_contract import ApiFileContract
from launchpad_core.testing.api_formats.odd_contracts import (
    ODD_CONTRACTS,
    with_text,
)
from launchpad_core.testing.api_formats.odd_schemas import with_schemas
from launchpad_core.testing.api_formats.texts import ODD_TEXTS
from launchpad_core.testing.api_formats.writing_alone import written_alone
from launchpad_core.testing.rules import rule

_OF_UNDECLARED = "test_what_is_not_declared_is_refused"


class ApiFormatContract(ApiFileContract):
    """The contract of API formats: notations that API contracts are written in.

    API formats have no section, so that the type is all that a test needs to say::

        class TestTypeSpec(ApiFormatContract):
            type = "typespec"
            capabilities = ApiFormatContract.capabilities - {"multipleOf", "files"}

    Capabilities: each is a feature of contracts, such as ``maximum``, ``files`` or
    ``recursive schemas``; ``sorted(ApiFormatContract.capabilities)`` has all names, and
    the name of a failing test has its feature in brackets. All are taken for granted;
    take away what the notation can't say. What is left has to come back by
    ``read(write(contract))``; what was taken away has to be refused, since a constraint
    that is silently lost is one that clients and servers no longer agree about.

    The order of operations and of answers need only come back where those of a path
    and of a status stand together.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name in FEATURES:
            lacking = {*FEATURES[name].needs} - {*cls.capabilities}
            if name in cls.capabilities and lacking:
                raise TypeError(
                    f'{cls.__name__}: the capability "{name}" needs '
                    f'"{min(lacking)}": name both of them, or none'
                )
        if not _undeclared(cls):
            setattr(cls, _OF_UNDECLARED, None)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run rules about one feature for each of them."""
        every = {
            "declared": [name for name in FEATURES if name in self.capabilities],
            "undeclared": _undeclared(type(self)),
        }
        for argument, names in every.items():
            if argument in metafunc.fixturenames:
                metafunc.parametrize(argument, names)

    @rule()
    def test_smallest_contract_comes_back(self, format: ApiFormat, file: Path) -> None:
        """``read`` returns the contract that ``write`` was given.

        This one has a title, a version, and one operation that takes nothing.
        """
        check_same(SMALLEST, round_trip(SMALLEST, format, file))

    @rule()
    def test_what_is_declared_comes_back(
        self, declared: str, format: ApiFormat, file: Path
    ) -> None:
        """What contracts say by a feature that the test declares comes back.

        The contract that is read equals the one that was written, down to each
        keyword of a schema. What the notation can't say belongs out of
        ``capabilities``, and ``write`` then has to refuse it. A notation that has
        annotations or extensions, as RAML and OpenAPI have, can say anything by them.
        """
        for contract in FEATURES[declared].said(self.capabilities).values():
            check_same(contract, round_trip(contract, format, file))

    @rule()
    def test_what_is_not_declared_is_refused(
        self, undeclared: str, format: ApiFormat, file: Path
    ) -> None:
        """``write`` raises ContractError for what the notation can't say.

        What is dropped without a word is missed much later: a server that was made
        from the written contract takes what the model was never trained for. Where
        the contract comes back whole, the notation can say it: declare the feature.
        """
        feature = FEATURES[undeclared]
        places = feature.said(self.capabilities) or feature.said(FEATURES)
        for contract in places.values():
            try:
                text = format.write(contract)
            except ContractError:
                continue
            file.write_text(text, encoding="utf-8")
            lost = next(differences(contract, format.read(file)), None)
            assert lost, f'capabilities lacks "{undeclared}", which comes back'
            raise AssertionError(f"{lost}; write() doesn't refuse it")

    @rule()
    def test_all_together_comes_back(
        self, everything: ApiContract, format: ApiFormat, file: Path
    ) -> None:
        """A contract with all that the test declares comes back, in its order.

        Here a notation shows whether it tells apart what it has for several operations,
        such as names that it makes up for schemas.
        """
        check_same(everything, round_trip(everything, format, file))

    @rule()
    def test_odd_texts_come_back_or_are_refused(
        self, format: ApiFormat, file: Path
    ) -> None:
        """Names and texts come back as they are, whatever is in them, or are refused.

        A title may be ``yes``, a version ``1.10``, a parameter ``a/b``, a choice
        ``null``: notations on top of YAML take these for something else, unless they
        are quoted. What is refused is refused by ``write``, since a file that can't be
        read back is found out much later.
        """
        for text in ODD_TEXTS:
            for what, contract in with_text(text):
                check_same_or_refused(contract, format, file, of=f"{text!r} as {what}")

    @rule()
    def test_odd_contracts_come_back_or_are_refused(
        self, format: ApiFormat, file: Path
    ) -> None:
        """Contracts that contradict themselves come back as they are, or are refused.

        A contract may have two bodies of one media type, or a parameter of a path that
        isn't in it. A notation that has one place for both must not keep the last one
        and forget the other: ``write`` raises ContractError.
        """
        for what, contract in ODD_CONTRACTS.items():
            check_same_or_refused(contract, format, file, of=what)

    @rule()
    def test_odd_schemas_come_back_or_are_refused(
        self, format: ApiFormat, file: Path
    ) -> None:
        """Schemas come back as they are, however deep, whatever their values.

        A constraint of items is as binding as another one, and so is one that is 0,
        false or null: ``if value:`` drops these, ``if "minimum" in schema:`` doesn't.
        What the notation can't say so deep, ``write`` refuses.
        """
        for what, contract in with_schemas():
            check_same_or_refused(contract, format, file, of=what)

    @rule()
    def test_what_is_read_is_written_the_same(
        self, everything: ApiContract, format: ApiFormat, file: Path
    ) -> None:
        """Writing what was read gives the same text again.

        Else contracts that go back and forth change without anybody changing them.
        """
        text = format.write(everything)
        file.write_text(text, encoding="utf-8")
        check_texts(text, format.write(format.read(file)), what="what was read")

    @rule()
    def test_texts_do_not_depend_on_chance(
        self,
        everything: ApiContract,
        format: ApiFormat,
        implementation: type[ApiFormat],
    ) -> None:
        """``write`` gives the same text each time, also in other processes.

        What goes through a ``set`` comes out in another order in each process: sort it,
        or keep it in a ``dict``.
        """
        text = format.write(everything)
        check_texts(text, format.write(everything), what="the same contract")
        for seed in (1, 2):
            alone = written_alone(implementation, everything, hash_seed=seed)
            check_texts(text, alone, what="in another process the same contract")

    @rule()
    def test_writing_leaves_the_contract_alone(
        self, everything: ApiContract, format: ApiFormat
    ) -> None:
        """``write`` doesn't change the contract that it is given.

        The values in a contract, its schemas above all, belong to others as well.
        """
        before = copy.deepcopy(everything)
        format.write(everything)
        check_same(before, everything, told="once it was written, ")

    @rule()
    def test_what_is_read_belongs_to_its_taker(
        self, everything: ApiContract, format: ApiFormat, file: Path
    ) -> None:
        """What somebody changes in a schema isn't in the contract that is read next.

        A format that keeps what it has read hands out copies: ``copy.deepcopy``.
        """
        wanted = copy.deepcopy(everything)
        found = round_trip(everything, format, file)
        for schema in _schemas(found):
            _change(schema)
        check_same(wanted, format.read(file), told="read again: ")

    @rule()
    def test_what_is_read_is_plain(
        self, everything: ApiContract, format: ApiFormat, file: Path
    ) -> None:
        """Contracts hold plain values, as JSON has them, and so builds can keep them.

        YAML has dates and other values that JSON doesn't have; there they are texts.
        """
        found = round_trip(everything, format, file)
        kept = contract_from_json(json.loads(json.dumps(contract_as_json(found))))
        check_same(found, kept, told="kept as JSON, ")


def _undeclared(contract: type[ApiFormatContract]) -> list[str]:
    return [name for name in FEATURES if name not in contract.capabilities]


def _schemas(contract: ApiContract) -> Iterator[Any]:
    yield from contract.schemas.values()
    for operation in contract.operations:
        yield from (one.schema for one in operation.parameters)
        yield from (one.schema for one in operation.bodies)
        yield from (one.schema for one in operation.responses)


def _change(value: Any) -> None:
    """Change all that can be changed in a schema."""
    if isinstance(value, Mapping):
        for inner in value.values():
            _change(inner)
    if isinstance(value, dict):
        value["title"] = "changed"
    if isinstance(value, list):
        for inner in value:
            _change(inner)
        value.append("changed")
