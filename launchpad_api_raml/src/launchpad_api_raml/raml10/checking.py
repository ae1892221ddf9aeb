"""Whether values fit their types: examples, defaults, enums, facets, annotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from launchpad_api_raml.raml10.beyond import names_in
from launchpad_api_raml.raml10.declarations import Types
from launchpad_api_raml.raml10.examples import examples_of, is_xml, value_of
from launchpad_api_raml.raml10.json_schema import Schemas
from launchpad_api_raml.raml10.nodes import Node, fault, scalar
from launchpad_api_raml.raml10.types import Type
from launchpad_core.positions import Position
from launchpad_core.references import bundled, reference_to, referred_name


@dataclass(frozen=True, slots=True)
class Remark:
    """What a contract should better not say, though it can be read.

    Attributes:
        message: What is wrong, in one sentence.
        where: Where it stands.
    """

    message: str
    where: Position

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class Checks:
    """Checks the values of one contract, as its types get known.

    Attributes:
        remarks: Examples that don't fit, and the like.
        unfit: The examples that don't fit, whether they are meant to or not.
    """

    def __init__(self, types: Types) -> None:
        self.types = types
        self.remarks: list[Remark] = []
        self.unfit: set[Node] = set()
        self._schemas = Schemas()
        self._checked = 0
        self._validators: dict[Type, Any] = {}
        self._looked_into: set[str] = set()
        self._named: Any = None
        self._number_of_named = 0

    def remark(self, message: str, at: Node | Position) -> None:
        """Note what isn't an error."""
        where = at.where if isinstance(at, Node) else at
        self.remarks.append(Remark(message, where))

    def catch_up(self) -> None:
        """Check all types that were declared since the last time.

        Raises:
            ContractError: When a default, an enum or a facet doesn't fit.
        """
        self.types.understand_all()
        declared = self.types.declared
        while self._checked < len(declared):
            type_ = declared[self._checked]
            self._checked += 1
            self._check_examples(type_)
            self._check_default(type_)
            self._check_enum(type_)
        while self.types.facet_values:
            facet, node = self.types.facet_values.pop()
            self.require(facet.type, node, f'the facet "{facet.name}"')
            self.types.understand_all()

    def require(self, type_: Type, node: Node, what: str) -> None:
        """Check that a value fits a type.

        Raises:
            ContractError: When it doesn't.
        """
        if reason := self.why_unfit(type_, value_of(node, type_), node):
            is_number = type_.kind == "string" and not node.is_map
            hint = "put text in quotes" if is_number and not node.is_text else None
            raise fault(f"{what} doesn't fit its type: {reason}", node, hint=hint)

    def why_unfit(self, type_: Type, value: Any, node: Node) -> str:
        """Return why a value doesn't fit a type, or "" when it does."""
        schema = self._schemas.reference(type_, with_texts=False)
        name = referred_name(schema) if len(schema) == 1 else None
        if name in self.types.named:
            return _first_error(self._of_named(node), {name: value}, skipped=1)
        if type_ not in self._validators:
            self._validators[type_] = self._validator(schema, node)
        return _first_error(self._validators[type_], value)

    def _of_named(self, node: Node) -> Any:
        """Return one validator for objects with values of named types by their names.

        One for each type would take the square of their number in time: each would
        hold all the types that it leads to.
        """
        if len(self.types.named) != self._number_of_named:
            self._number_of_named = len(self.types.named)
            for type_ in self.types.named.values():
                self._schemas.declare(type_)
            properties = {name: reference_to(name) for name in self._schemas.named}
            self._named = self._validator({"properties": properties}, node)
        return self._named

    def _validator(self, schema: dict[str, Any], node: Node) -> Any:
        self._add_named(schema, node)
        named = {**self.types.external.named, **self._schemas.named}
        try:
            return jsonschema_rs.validator_for(
                dict(bundled(schema, named)), validate_formats=True
            )
        except ValueError as error:
            reason = str(error).partition("\n")[0]
            raise fault(f"the type can't be checked: {reason}", node) from error

    def _add_named(self, schema: dict[str, Any], node: Node) -> None:
        """Add the schemas that are referred to from beside the facets of types."""
        named = self._schemas.named
        pending: list[Any] = [schema]
        while pending:
            for name in names_in(pending.pop()):
                if name not in named and name not in self.types.external.named:
                    self._schemas.reference(self.types.by_contract_name(name, node))
            pending += [named[name] for name in named if name not in self._looked_into]
            self._looked_into.update(named)

    def _check_examples(self, type_: Type) -> None:
        for example in examples_of(type_.texts, type_):
            reason = self.why_unfit(type_, example.value, example.node)
            if not reason:
                continue
            self.unfit.add(example.node)
            if example.strict:
                self.remark(f"the example doesn't fit: {reason}", example.node)

    def _check_default(self, type_: Type) -> None:
        node = type_.node.get("default")
        if node is None:
            return
        inner = node if node.is_list else scalar(node)
        if inner.is_null and self.why_unfit(type_, None, node):
            del type_.facets["default"]
        elif not inner.is_null and not is_xml(inner):
            self.require(type_, inner, "the default")

    def _check_enum(self, type_: Type) -> None:
        node = type_.node.get("enum")
        if node is None or type_.kind == "external":
            return
        schema = self._schemas.reference(type_, with_texts=False)
        schema.pop("enum", None)
        validator = self._validator(schema, node)
        for item in scalar(node).entries():
            if reason := _first_error(validator, item.plain()):
                hint = None if item.is_text else "put text in quotes"
                raise fault(
                    f"{item.plain()!r} in the enum doesn't fit: {reason}",
                    item,
                    hint=hint,
                )


def _first_error(validator: Any, value: Any, *, skipped: int = 0) -> str:
    try:
        error = next(validator.iter_errors(value), None)
    except (ValueError, RecursionError) as unreadable:
        return str(unreadable).partition("\n")[0]
    if error is None:
        return ""
    path = "".join(f"/{step}" for step in error.instance_path[skipped:])
    message = str(error.message)
    if len(message) > 200:
        message = f"{message[:200]}..."
    return f"{message} at {path}" if path else message
