"""The page to try an API out: Swagger UI, all of it from this machine."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from importlib.util import find_spec

from launchpad_core.errors import LaunchpadError

ASSETS: Mapping[str, str] = {
    "/swagger-ui.css": "text/css",
    "/swagger-ui-bundle.js": "text/javascript",
    "/favicon-32x32.png": "image/png",
    "/page.css": "text/css",
    "/page.js": "text/javascript",
}
"""The files that the page loads, by their path below it, and their media types."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""Headers of the page: a browser may load nothing from elsewhere for it."""

_OWN = ("/page.css", "/page.js")
_PACKAGE = "flask_swagger_ui"  # follows the releases of Swagger UI week by week


def is_installed() -> bool:
    """Whether Swagger UI is there."""
    return find_spec(_PACKAGE) is not None


def page(title: str) -> bytes:
    """Return the page for an API of this title.

    Raises:
        LaunchpadError: When Swagger UI isn't installed.
    """
    _require()
    template = _own("/page.html").decode("utf-8")
    return template.replace("{title}", escape(title)).encode("utf-8")


def asset(path: str) -> bytes:
    """Return one of the files that the page loads.

    Raises:
        LaunchpadError: When Swagger UI isn't installed.
    """
    _require()
    if path in _OWN:
        return _own(path)
    return files(_PACKAGE).joinpath("dist" + path).read_bytes()


def _own(path: str) -> bytes:
    return files("launchpad_core.web").joinpath("docs" + path).read_bytes()


def _require() -> None:
    if not is_installed():
        raise LaunchpadError(
            "flask-swagger-ui is not installed",
            hint="pip install 'launchpad-core[docs]'",
        )
