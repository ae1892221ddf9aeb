"""What this distribution provides: the API format ``raml``."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import ApiFormatType, hookimpl


@hookimpl
def launchpad_api_formats() -> Iterator[ApiFormatType]:
    """Return the API format."""
    yield ApiFormatType(
        "raml",
        implementation="launchpad_api_raml.format:RamlFormat",
        summary="API contracts written in RAML 0.8 or 1.0",
    )
