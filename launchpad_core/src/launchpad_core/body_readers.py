"""What a request's body gives to predict, by its media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from launchpad_core.body_checks import Records
from launchpad_core.body_shapes import is_json, shape_of
from launchpad_core.contract import Body, Schema
from launchpad_core.csv_bodies import csv_reader
from launchpad_core.defaults import default_of
from launchpad_core.faults import Fault, Unfit, body_fault
from launchpad_core.given import Given
from launchpad_core.json_bodies import json_reader
from launchpad_core.parameter_readers import absent_values, place_reader
from launchpad_core.raw_bodies import raw_reader
from launchpad_core.uploads import chosen_files, fits_range

ReadBody = Callable[[Given, list[Fault]], Records]
"""From a request to the records of its body; adds what is wrong to the faults."""


class BodyReader(NamedTuple):
    """One body of an operation, compiled.

    Attributes:
        body: The body.
        names: The arguments that it gives.
        read: Reads it.
        absent: Returns the arguments when there is no body.
        many: Whether it holds one record for each row.
    """

    body: Body
    names: Sequence[str]
    read: ReadBody
    absent: Callable[[], dict[str, Any]]
    many: bool = False


def request_body_reader(
    readers: Sequence[BodyReader], *, required: bool
) -> Callable[[Given, list[Fault]], tuple[Records, bool]]:
    """Return a function that reads whichever of an operation's bodies there is."""
    if not readers:
        return lambda given, faults: ([{}], False)
    of_type = {reader.body.media_type.lower(): reader for reader in readers}
    forms = [reader for reader in readers if reader.body.is_form]

    def read(given: Given, faults: list[Fault]) -> tuple[Records, bool]:
        reader = of_type.get(given.media_type)
        if reader is None and given.media_type:
            reader = _of_range(of_type, given.media_type)
        if reader and (given.content or reader.body.is_form):
            return reader.read(given, faults), reader.many
        if required and len(forms) == len(readers):
            return forms[0].read(given, faults), False
        if required:
            faults.append(Fault("body", "", "missing", "is required"))
        return [readers[0].absent()], False

    return read


def body_reader(
    body: Body, schemas: Mapping[str, Schema], *, ignore_unknown: bool = False
) -> BodyReader:
    """Return what reads a body.

    Args:
        body: The body.
        schemas: The named schemas of the contract.
        ignore_unknown: Whether forms and CSV may have further fields and columns.

    Raises:
        ContractError: When something in it can't be checked.
    """
    if body.is_form:
        return _form_reader(body, ignore_unknown=ignore_unknown)
    label = f"the body in {body.media_type}"
    shape = shape_of(body, schemas)
    if is_json(body.media_type):
        read = json_reader(shape, schemas, label=label, where=body.where)
    elif shape.kind == "rows":
        read = csv_reader(
            shape,
            schemas,
            label=label,
            where=body.where,
            ignore_unknown=ignore_unknown,
        )
    else:
        read = raw_reader(body, schemas, label=label)
    defaults = {
        name: default_of(
            schema, schemas, label=f'"{name}" of {label}', where=body.where
        )
        for name, schema in shape.properties.items()
    }
    return BodyReader(
        body,
        tuple(shape.properties),
        _collecting(read),
        lambda: {name: default() for name, default in defaults.items()},
        many=shape.kind == "rows",
    )


def _collecting(read: Callable[[bytes], Records]) -> ReadBody:
    def read_content(given: Given, faults: list[Fault]) -> Records:
        try:
            return read(given.content)
        except Unfit as unfit:
            faults += [body_fault(problem) for problem in unfit.problems]
            return []

    return read_content


def _form_reader(body: Body, *, ignore_unknown: bool) -> BodyReader:
    texts = [field for field in body.parameters if field.location == "form"]
    files = [field for field in body.parameters if field.location == "file"]
    read_texts = place_reader("form", texts, ignore_unknown=ignore_unknown)
    read_files = place_reader("file", files, ignore_unknown=ignore_unknown)

    def read(given: Given, faults: list[Fault]) -> Records:
        arguments: dict[str, Any] = {}
        read_texts(given.form, arguments, faults)
        if files or given.files:
            read_files(chosen_files(given.files), arguments, faults)
        return [arguments]

    names = [field.name for field in body.parameters]
    return BodyReader(body, names, read, absent_values(body.parameters))


def _of_range(readers: Mapping[str, BodyReader], media_type: str) -> BodyReader | None:
    fitting = (
        reader for range_, reader in readers.items() if fits_range(media_type, range_)
    )
    return next(fitting, None)
