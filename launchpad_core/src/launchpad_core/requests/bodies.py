"""What a request's body gives to predict, by its media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from launchpad_core.contract import Body, Schema
from launchpad_core.requests.body_checks import Records
from launchpad_core.requests.csv_bodies import csv_reader
from launchpad_core.requests.given import Given
from launchpad_core.requests.json_bodies import json_reader
from launchpad_core.requests.parameters import absent_values, place_reader
from launchpad_core.requests.raw_bodies import raw_reader
from launchpad_core.requests.shapes import is_json, shape_of
from launchpad_core.requests.uploads import chosen_files, fits_range
from launchpad_core.schemas.defaults import checked_default
from launchpad_core.schemas.faults import Fault, Unfit, body_fault

ReadForm = Callable[[Given, list[Fault]], Records]
ReadContent = Callable[[bytes], Records]


@dataclass(frozen=True, slots=True)
class BodyReader:
    """One body of an operation, compiled.

    Attributes:
        body: The body.
        names: The arguments that it gives.
        absent: Returns the arguments when there is no body.
        read_content: Reads it, unless it is a form.
        read_form: Reads it from a request, if it is a form; adds what is wrong to the
            faults.
        many: Whether it holds one record for each row.
    """

    body: Body
    names: Sequence[str]
    absent: Callable[[], dict[str, Any]]
    read_content: ReadContent | None = None
    read_form: ReadForm | None = None
    many: bool = False


def request_body_reader(
    readers: Sequence[BodyReader], *, required: bool
) -> Callable[[Given, list[Fault]], tuple[Records, bool]]:
    """Return a function that reads whichever of an operation's bodies there is.

    It returns the records and whether there may be several; what is wrong it adds to
    the faults.

    Args:
        readers: Its bodies.
        required: Whether there has to be one.
    """
    if not readers:
        return lambda given, faults: ([{}], False)
    contents = {
        one.body.media_type.lower(): (one.read_content, one.many)
        for one in readers
        if one.read_content
    }
    read_other = _other_reader(readers, required=required)

    def read(given: Given, faults: list[Fault]) -> tuple[Records, bool]:
        found = contents.get(given.media_type)
        if found is None or not given.content:
            return read_other(given, faults), False
        read_content, many = found
        return _collected(read_content, given.content, faults), many

    return read


def _collected(
    read_content: ReadContent, content: bytes, faults: list[Fault]
) -> Records:
    try:
        return read_content(content)
    except Unfit as unfit:
        faults += [body_fault(problem) for problem in unfit.problems]
        return []


def _other_reader(readers: Sequence[BodyReader], *, required: bool) -> ReadForm:
    """Return what reads forms, bodies of a range of media types, and absent bodies."""
    forms = {one.body.media_type: one.read_form for one in readers if one.read_form}
    ranges = {
        one.body.media_type: one.read_content
        for one in readers
        if one.read_content and "*" in one.body.media_type
    }

    def read(given: Given, faults: list[Fault]) -> Records:
        if given.media_type in forms:
            return forms[given.media_type](given, faults)
        for range_, read_content in ranges.items():
            if given.content and fits_range(given.media_type, range_):
                return _collected(read_content, given.content, faults)
        if required and len(forms) == len(readers):
            return next(iter(forms.values()))(given, faults)  # what is missing in it
        if required:
            faults.append(Fault("body", "", "missing", "is required"))
        return [readers[0].absent()]

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
        name: checked_default(
            schema, schemas, label=f'"{name}" of {label}', where=body.where
        )
        for name, schema in shape.properties.items()
    }
    return BodyReader(
        body,
        tuple(shape.properties),
        lambda: {name: default() for name, default in defaults.items()},
        read_content=read,
        many=shape.kind == "rows",
    )


_NOT_TEXT = ("type", "should be text, not a file")
_NO_FILE = ("type", "should be a file")


def _form_reader(body: Body, *, ignore_unknown: bool) -> BodyReader:
    texts = [field for field in body.parameters if field.location == "form"]
    files = [field for field in body.parameters if field.location == "file"]
    read_texts = place_reader("form", texts, ignore_unknown=ignore_unknown)
    read_files = place_reader("file", files, ignore_unknown=ignore_unknown)

    wrong_kind = {
        **{one.name: Fault("form", one.name, *_NOT_TEXT) for one in texts},
        **{one.name: Fault("file", one.name, *_NO_FILE) for one in files},
    }
    names_of_texts = frozenset(field.name for field in texts)
    names_of_files = frozenset(field.name for field in files)

    def read(given: Given, faults: list[Fault]) -> Records:
        arguments: dict[str, Any] = {}
        found: list[Fault] = []
        read_texts(given.form, arguments, found)
        if files or given.files:
            read_files(chosen_files(given.files), arguments, found)
        mistaken = {
            *names_of_files.intersection(given.form),
            *names_of_texts.intersection(given.files),
        }
        if mistaken:  # such a field is unknown in one place, and missing in the other
            found = [fault for fault in found if fault.name not in mistaken]
            found += [wrong_kind[name] for name in wrong_kind if name in mistaken]
        faults += found
        return [arguments]

    names = [field.name for field in body.parameters]
    return BodyReader(body, names, absent_values(body.parameters), read_form=read)
