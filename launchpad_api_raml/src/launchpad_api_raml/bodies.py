"""Which form a method takes: RAML lets one leave out its media type or its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_MEDIA_TYPE = re.compile(r"[^/\s]+/[^/\s]+(\s*;.*)?")


@dataclass(frozen=True, slots=True)
class Form:
    """The body of a request.

    Attributes:
        media_type: One of the two media types of forms.
        parameters: Its named parameters.
    """

    media_type: str
    parameters: Section


def form_of(method: Section, *, default: Any) -> Form | None:
    """Return the form that a method takes, or None when it takes no body.

    Args:
        method: The method.
        default: The media type of bodies that name none, or None.

    Raises:
        ContractError: When it takes another body than one form.
    """
    stated = by_media_type(method, default=default)
    forms = [media_type for media_type in stated if media_type in (FORM, MULTIPART)]
    for media_type, content in stated.items():
        # Beside a form, an empty body of another type is left out, as mllaunchpad did.
        if media_type not in forms and (content is not None or not forms):
            raise _not_supported(media_type, _where(method, media_type))
    if len(forms) > 1:
        raise ContractError(
            "a method takes one form, not two",
            where=_where(method, forms[1]),
            hint=f"keep {FORM} or {MULTIPART}",
        )
    if not forms:
        return None
    media_type = forms[0]
    return Form(media_type, _parameters(stated[media_type], media_type))


def by_media_type(owner: Section, *, default: Any) -> dict[str, Any]:
    """Return what a method's or a response's body says, by media type.

    Raises:
        ContractError: When it has no media type, and there is no default for it.
    """
    body = owner.get("body")
    if body is None:
        return {}
    if not isinstance(body, Section):
        raise ContractError(
            "body: must hold media types",
            where=owner.where("body"),
            hint=f"body: {{{MULTIPART}: {{...}}}}",
        )
    if not body or any("/" in key for key in body):
        for key in body:
            if not _MEDIA_TYPE.fullmatch(key):
                raise ContractError(
                    f'"{key}" is no media type',
                    where=body.where(key),
                    hint="such as application/json",
                )
        return dict(body)
    if not isinstance(default, str) or not _MEDIA_TYPE.fullmatch(default):
        raise ContractError(
            "this body has no media type",
            where=body.position,
            hint="name one below body:, or for all with mediaType: at the top",
        )
    return {default: body}


def is_json_type(media_type: str) -> bool:
    """Return whether bodies of a media type are JSON."""
    return media_type.partition(";")[0].strip().endswith("json")


def _not_supported(media_type: str, where: Position | None) -> ContractError:
    what = "JSON bodies are" if is_json_type(media_type) else f"{media_type} is"
    return ContractError(
        f"{what} not supported yet",
        where=where,
        hint=f"formParameters: in a body of {FORM} or {MULTIPART}",
    )


def _parameters(content: Any, media_type: str) -> Section:
    stated = content if isinstance(content, Section) else Section()
    for key in ("formParameters", "properties"):
        if stated.get(key) is not None:
            parameters = stated[key]
            # Anything else is refused where named parameters are checked.
            return parameters if isinstance(parameters, Section) else Section()
    if media_type == MULTIPART:
        return Section({"file": Section({"type": "file", "required": True})})
    return Section()


def _where(method: Section, media_type: str) -> Position | None:
    body: Section = method["body"]
    return body.where(media_type)
