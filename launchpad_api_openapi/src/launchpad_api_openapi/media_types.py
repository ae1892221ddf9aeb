"""Refusing what stands for a media type below ``content`` and is none."""

from __future__ import annotations

import re

from launchpad_api_openapi.document import Document
from launchpad_api_openapi.faults import Faults
from launchpad_api_openapi.structure import parts_of
from launchpad_core.sections import Section

_NAME = r"[\w!#$&^.+*-]+"
_MEDIA_TYPE = re.compile(rf"{_NAME}/{_NAME}(\s*;.*)?")
_HOLDERS = ("header", "parameter", "request body", "response")


def check_media_types(document: Document, faults: Faults) -> None:
    """Note each key of ``content`` that is neither a media type nor a range of them."""
    for part in parts_of(document.root):
        content = part.section.get("content")
        if part.kind not in _HOLDERS or not isinstance(content, Section):
            continue
        for key in content:
            if not (_MEDIA_TYPE.fullmatch(key) or key.startswith("x-")):
                faults.add(
                    f'"{key}" is no media type',
                    where=content.where(key),
                    hint="such as application/json",
                )
