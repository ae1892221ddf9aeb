"""The build that a process serves, and how another one takes its place."""

from __future__ import annotations

import gc
import logging
import time
from collections import Counter
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from launchpad_core.errors import LaunchpadError
from launchpad_core.project import Project
from launchpad_core.serving.loading import (
    Make,
    load,
    load_first,
    now,
    refused,
    tell_refusal,
)
from launchpad_core.serving.served import ServedBuild
from launchpad_core.serving.state import Refusal, State, told
from launchpad_core.serving.trial import Trial
from launchpad_core.store.entries import Entry
from launchpad_core.tracebacks import developers_errors

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)

_LONGEST_WAIT = 300.0  # seconds


class LiveBuild:
    """What a process serves: it looks for another build, and goes over to that.

    ``current`` is all that a request needs. What it holds is never changed, only
    replaced, so that each request is answered by one build from its beginning to its
    end. Whatever goes wrong with a new build, the old one goes on.

    Args:
        project: The project, resolved for predicting.
        make: Makes the app for a trained model; a build's app is dropped with it.
        trial_requests: How many answers of a new build are watched, while the old one
            is kept; 0 for none.

    Attributes:
        current: The WSGI app that answers the next request.

    Raises:
        LaunchpadError: When there is no build, or none that can be served.
    """

    current: WSGIApplication

    def __init__(self, project: Project, make: Make, *, trial_requests: int) -> None:
        self._project = project
        self._make = make
        self._trial_requests = trial_requests
        self._lock = Lock()
        self._trial: Trial | None = None
        self._served, self._refusal = load_first(project, make)
        self.current = self._served
        self._since = now()
        self._swaps = self._returns = 0
        self._refusals = 0 if self._refusal is None else 1
        self._store_fault = ""
        self._fails = 0
        self._again = 0.0
        self._garbage = False
        self._entry = 0
        self._dropped: Counter[str] = Counter()

    @property
    def served(self) -> ServedBuild:
        """The build's app that answers now."""
        return self._served

    def state(self) -> State:
        """Return what is served now."""
        with self._lock:
            return State(
                build=self._served.build,
                since=self._since,
                swaps=self._swaps,
                refused=self._refusal,
                store_fault=self._store_fault,
            )

    def counted(self) -> Counter[str]:
        """Return how often builds were swapped, refused and gone back from.

        And how many answers there were, by the first digit of their status.
        """
        with self._lock:
            events = {
                "swaps": self._swaps,
                "refused": self._refusals,
                "gone_back": self._returns,
            }
            total = Counter(events) + self._dropped + Counter(self._served.answers())
            if self._trial:
                total.update(self._trial.trusted.answers())
            return total

    def look(self) -> None:
        """Go over to another build, if there is one to be served.

        It raises nothing: what is wrong is logged, and :meth:`state` tells it.
        """
        try:
            with developers_errors("reading the model store"):
                last = self._project.builds.last()
                if not last.number:  # the store is gone: there was a build once
                    self._project.builds.live_id()
                wanted = self._wanted(last)
        except LaunchpadError as error:
            self._tell_store_fault(error)
            return
        if self._store_fault:
            logger.info("The model store can be read again")
            self._store_fault = ""
        self._entry = last.number
        if wanted is not None:
            self._try(wanted, last)
        self._collect()

    def after_fork(self) -> None:
        """Forget who else was at work: in a new process there is nobody else."""
        self._lock = Lock()

    def _wanted(self, last: Entry) -> str | None:
        """Return the SHA-256 of the build to go over to, if there is one."""
        wanted = last.aliases.get(self._project.builds.alias)
        with self._lock:
            refusal = self._refusal
            if refusal is None or refusal.sha256 != wanted:
                self._refusal = None
                return wanted if wanted != self._served.build.sha256 else None
        if last.number == refusal.entry:
            due = refusal.may_pass and time.monotonic() >= self._again
            return wanted if due else None
        if not refusal.gone_back or self._is_pointed_at_anew(refusal, last):
            return wanted
        with self._lock:
            self._refusal = replace(refusal, entry=last.number)
        return None

    def _is_pointed_at_anew(self, refusal: Refusal, last: Entry) -> bool:
        if last.number < refusal.entry:  # somebody restored a backup
            return True
        alias = self._project.builds.alias
        return any(
            alias in entry.alias.split(", ") and entry.build == refusal.sha256
            for entry in self._project.builds.history().entries[refusal.entry :]
        )

    def _try(self, sha256: str, last: Entry) -> None:
        trial = self._trial
        if trial and trial.trusted.build.sha256 == sha256:
            self._swap(trial.trusted)
            return
        try:
            served = load(self._project, self._make, sha256, last)
        except LaunchpadError as error:
            self._refuse(refused(self._project, sha256, error, last), error)
        else:
            self._swap(served)

    def _refuse(self, refusal: Refusal, error: LaunchpadError) -> None:
        before = self._refusal
        if before is None or before.sha256 != refusal.sha256:
            self._fails = 0
        if (
            before is None
            or (before.sha256, before.entry) != (refusal.sha256, refusal.entry)
            or before.reason != refusal.reason
        ):
            self._refusals += 1
            tell_refusal(refusal.sha256, error, self._served.build.id)
        refresh = self._project.store.settings.refresh
        wait = min(refresh * 2.0 ** min(self._fails, 30), _LONGEST_WAIT)
        self._again = time.monotonic() + wait
        self._fails += 1
        with self._lock:
            self._refusal = refusal

    def _swap(self, served: ServedBuild) -> None:
        with self._lock:
            before = self._served
            trusted = self._trial.trusted if self._trial else before
            self._trial = None
            if self._trial_requests and served is not trusted:
                self._trial = Trial(
                    served, trusted, requests=self._trial_requests, end=self._end_trial
                )
            kept = (served, trusted) if self._trial else (served,)
            for gone in {before, trusted}.difference(kept):
                self._dropped.update(gone.answers())
            self._served = served
            self._since = now()
            self._swaps += 1
            self._refusal = None
            self.current = self._trial or served
        self._fails = 0
        self._garbage = True
        logger.info(
            "Build %s is served now, after build %s", served.build.id, before.build.id
        )

    def _end_trial(self, trial: Trial, fault: str) -> None:
        """Go on with the new build, or go back; whichever thread notices it first."""
        with self._lock:
            if self._trial is not trial:
                return
            self._trial = None
            self._garbage = True
            if not fault:
                self._dropped.update(trial.trusted.answers())
                self.current = trial.candidate
                return
            self._dropped.update(trial.candidate.answers())
            bad, self._served = self._served, trial.trusted
            self.current = self._served
            self._since = now()
            self._returns += 1
            self._refusal = Refusal(
                bad.build.sha256, fault, now(), self._entry, gone_back=True
            )
        logger.error(
            "Build %s is not served any more: %s; build %s is served again",
            bad.build.id,
            fault,
            self._served.build.id,
        )

    def _tell_store_fault(self, error: LaunchpadError) -> None:
        if not self._store_fault:
            logger.error(
                "Can't look for a new build: %s; build %s is served",
                error.in_one_line(),
                self._served.build.id,
            )
        self._store_fault = told(error, self._project.store)

    def _collect(self) -> None:
        """Free what a build before has left in cycles, such as the model's own."""
        if self._garbage and self._trial is None:
            self._garbage = False
            gc.collect()
