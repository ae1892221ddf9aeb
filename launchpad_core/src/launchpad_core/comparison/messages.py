"""Requests and answers of one operation compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from launchpad_core.comparison.changes import Change, Changes
from launchpad_core.comparison.schemas import schema_changes
from launchpad_core.contract import Body, Operation, Parameter, Response


def parameter_changes(
    old: Sequence[Parameter], new: Sequence[Parameter], changes: Changes
) -> Iterator[Change]:
    """Yield the changes of what a request has to carry by name."""
    was = {_key(parameter): parameter for parameter in old}
    now = {_key(parameter): parameter for parameter in new}
    renamed = _renamed(
        [one for key, one in was.items() if key not in now],
        [one for key, one in now.items() if key not in was],
        changes,
    )
    for key, parameter in was.items():
        if key in now:
            yield from _changes_of_parameter(parameter, now[key], changes)
        else:
            yield changes.of(
                f"is gone{renamed}",
                breaking=True,
                place=parameter.location,
                name=parameter.name,
                where=(parameter.where, None),
            )
    for key, parameter in now.items():
        if key not in was:
            yield changes.of(
                "is new and required" if parameter.required else "is new",
                breaking=parameter.required,
                place=parameter.location,
                name=parameter.name,
                where=(None, parameter.where),
            )


def body_changes(old: Operation, new: Operation, changes: Changes) -> Iterator[Change]:
    """Yield the changes of the bodies that an operation takes."""
    was = {body.media_type: body for body in old.bodies}
    now = {body.media_type: body for body in new.bodies}
    if new.body_required and not old.body_required:
        yield changes.of("is now required", breaking=True, place="body")
    if old.body_required and not new.body_required:
        yield changes.of("is no longer required", breaking=False, place="body")
    for media_type, body in was.items():
        place = f"body {media_type}"
        if media_type not in now:
            where = (body.where, None)
            yield changes.of("is gone", breaking=True, place=place, where=where)
            continue
        other = now[media_type]
        yield from _changes_of_body(body, other, place, changes)
    for media_type, body in now.items():
        if media_type not in was:
            yield changes.of(
                "is new",
                breaking=False,
                place=f"body {media_type}",
                where=(None, body.where),
            )


def response_changes(
    old: Sequence[Response], new: Sequence[Response], changes: Changes
) -> Iterator[Change]:
    """Yield the changes of an operation's answers.

    An answer of success that is gone breaks clients, also in one of its media types;
    another one does not, nor does a new one.
    """
    was = {(answer.status, answer.media_type): answer for answer in old}
    now = {(answer.status, answer.media_type): answer for answer in new}
    for key, answer in was.items():
        place = _answer_shown(answer)
        if key not in now:
            yield changes.of(
                "is gone",
                breaking=200 <= answer.status < 300,
                place=place,
                where=(answer.where, None),
            )
            continue
        yield from changes.of_schemas(
            answer.schema,
            now[key].schema,
            sent_by="server",
            place=place,
            where=(answer.where, now[key].where),
        )
        yield from _header_changes(answer, now[key], place, changes)
    for key, answer in now.items():
        if key not in was:
            yield changes.of(
                "is new",
                breaking=False,
                place=_answer_shown(answer),
                where=(None, answer.where),
            )


def _key(parameter: Parameter) -> tuple[str, str]:
    """Return what identifies a parameter; the case of a header's name is nothing."""
    if parameter.location == "header":
        return "header", parameter.name.lower()
    return parameter.location, parameter.name


def _renamed(
    gone: Sequence[Parameter], added: Sequence[Parameter], changes: Changes
) -> str:
    if len(gone) != 1 or len(added) != 1:
        return ""
    was, now = gone[0], added[0]
    alike = was.location == now.location and not schema_changes(
        was.schema,
        now.schema,
        old_schemas=changes.sides.old,
        new_schemas=changes.sides.new,
    )
    return f' (renamed to "{now.name}"?)' if alike else ""


def _changes_of_parameter(
    old: Parameter, new: Parameter, changes: Changes
) -> Iterator[Change]:
    where = (old.where, new.where)

    def change(what: str, *, breaking: bool) -> Change:
        return changes.of(
            what, breaking=breaking, place=new.location, name=new.name, where=where
        )

    if new.required and not old.required:
        yield change("is now required", breaking=True)
    if old.required and not new.required:
        yield change("is no longer required", breaking=False)
    yield from changes.of_schemas(
        old.schema,
        new.schema,
        sent_by="client",
        place=new.location,
        name=new.name,
        where=where,
    )
    if old.separator != new.separator:
        what = f"takes its items separated by {_separator(new)} now"
        yield change(what, breaking=True)
    if {*old.media_types} != {*new.media_types}:
        gone = _unlike(old.media_types, new.media_types)
        types = ", ".join(new.media_types) or "any media type"
        yield change(f"takes {types} now", breaking=gone)


def _separator(parameter: Parameter) -> str:
    return repr(parameter.separator) if parameter.separator else "repeating the name"


def _unlike(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether files of some media type are no longer taken."""
    if not new:
        return False
    return any(not any(_covers(wide, one) for wide in new) for one in old or ("*/*",))


def _covers(wide: str, narrow: str) -> bool:
    kind, _, subtype = wide.partition("/")
    if kind != "*" and kind != narrow.partition("/")[0]:
        return False
    return subtype == "*" or wide == narrow


def _changes_of_body(
    old: Body, new: Body, place: str, changes: Changes
) -> Iterator[Change]:
    if old.is_form:
        yield from parameter_changes(old.parameters, new.parameters, changes)
        return
    where = (old.where, new.where)
    yield from changes.of_schemas(
        old.schema, new.schema, sent_by="client", place=place, where=where
    )


def _answer_shown(answer: Response) -> str:
    return f"response {answer.status} {answer.media_type}".strip()


def _header_changes(
    old: Response, new: Response, place: str, changes: Changes
) -> Iterator[Change]:
    was = {header.name.lower(): header for header in old.headers}
    now = {header.name.lower(): header for header in new.headers}
    place = f"{place} header"
    for key, header in was.items():
        if key not in now:
            yield changes.of(
                "is gone",
                breaking=True,
                place=place,
                name=header.name,
                where=(header.where or old.where, None),
            )
            continue
        other = now[key]
        where = (header.where or old.where, other.where or new.where)
        if header.required and not other.required:
            yield changes.of(
                "may be absent now",
                breaking=True,
                place=place,
                name=other.name,
                where=where,
            )
        yield from changes.of_schemas(
            header.schema,
            other.schema,
            sent_by="server",
            place=place,
            name=other.name,
            where=where,
        )
    for key, header in now.items():
        if key not in was:
            yield changes.of("is new", breaking=False, place=place, name=header.name)
