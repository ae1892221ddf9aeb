"""The app of one build: its answers carry the build's id, and are counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from launchpad_core.serving.counting import Count
from launchpad_core.store.build import Build

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Model-Build"
"""The header of each answer: the id of the build that it was made with."""
BUSY = "503"
"""The status of answers that others were in the way of, which is no fault."""


class ServedBuild:
    """A WSGI app around the app that was made for one build.

    Args:
        app: The app; all that depends on the build is in it.
        build: The build.
    """

    def __init__(self, app: WSGIApplication, build: Build) -> None:
        self.app = app
        self.build = build
        self._header = (HEADER, build.id)
        self._counts = {status: Count() for status in (*"0123456789", BUSY)}
        self._add = {status: found.add for status, found in self._counts.items()}

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request."""
        header, add = self._header, self._add

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Any:
            add[status[0]]()
            if status[:3] == BUSY:
                add[BUSY]()
            headers.append(header)
            return start_response(status, headers, exc_info)

        return self.app(environ, start)

    def answers(self) -> dict[str, int]:
        """Return how many answers there were, by the first digit of their status.

        Those with the status ``BUSY`` are in there by that as well.
        """
        counted = {status: found.value() for status, found in self._counts.items()}
        return {status: value for status, value in counted.items() if value}
