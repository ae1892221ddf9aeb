"""What this distribution provides: the API format ``openapi``."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import ApiFormatType, hookimpl


@hookimpl
def launchpad_api_formats() -> Iterator[ApiFormatType]:
    """Return the API format."""
    yield ApiFormatType(
        "openapi",
        implementation="launchpad_api_openapi.format:OpenApiFormat",
        summary="API contracts written in OpenAPI 3.0, 3.1 or 3.2",
    )
