"""The first answers of a new build, during which the one before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt
from typing import TYPE_CHECKING

from launchpad_core.serving.served import BUSY, ServedBuild

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_FEWEST_FAILURES = 3
_MOST_MORE = 0.05
_DEVIATIONS = 3


class Trial:
    """A WSGI app that watches a new build, and says when it is known what it is worth.

    What counts is the share of answers that are the server's fault (5xx) among those
    that a model was asked for: a request that is refused says nothing about a build,
    and neither does one that has to wait for others (503).
    It must be higher than with the build before, by more than a few hundredths and by
    more than chance makes likely.

    Args:
        candidate: The new build, which answers.
        trusted: The build to go back to.
        requests: After how many of those answers the new one has proved itself.
        end: Is told the trial and why the new build failed, or "" when it didn't.
    """

    def __init__(
        self,
        candidate: ServedBuild,
        trusted: ServedBuild,
        *,
        requests: int,
        end: Callable[[Trial, str], None],
    ) -> None:
        self.candidate = candidate
        self.trusted = trusted
        self._requests = requests
        self._end = end

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request, and look at how the new build is doing."""
        answer = self.candidate(environ, start_response)
        self._look()
        return answer

    def _look(self) -> None:
        failed, asked = _failures(self.candidate.answers())
        if failed >= _FEWEST_FAILURES:
            before_failed, before_asked = _failures(self.trusted.answers())
            before = before_failed / before_asked if before_asked else 0.0
            if failed > _most_failures(asked, before):
                self._end(
                    self,
                    f"{failed} of its first {asked} answers were server errors; "
                    f"before, {before_failed} of {before_asked} were",
                )
                return
        if asked >= self._requests:
            self._end(self, "")


def _most_failures(asked: int, share: float) -> float:
    """Return how many answers may fail when no more should than a share of them."""
    by_chance = sqrt(asked * share * (1 - share))
    return asked * share + max(asked * _MOST_MORE, _DEVIATIONS * by_chance)


def _failures(answers: dict[str, int]) -> tuple[int, int]:
    """Return how many answers failed, and of how many that a model was asked for."""
    failed = answers.get("5", 0) - answers.get(BUSY, 0)
    return failed, failed + answers.get("2", 0)
