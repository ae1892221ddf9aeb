"""What all rules of model stores work with: a store, and who else has it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from launchpad_core.registrations import ModelStoreType
from launchpad_core.sections import Section
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.stores.processes import Processes
from launchpad_core.testing.type_contract import TypeContract

OpenStore = Callable[..., ModelStore]


class ModelStoreRules(TypeContract):
    """Base of the rules of model stores; it has the fixtures."""

    kind = ModelStoreType
    known_capabilities = ("sweeps",)
    given = ("section", "open_store")

    @pytest.fixture
    def open_store(self, implementation: Any, written: Section) -> OpenStore:
        """Return a function that opens an empty store, as often as it is called.

        Each time, it does so as another host would. Override it for a store that keeps
        something on each host, such as a cache. It takes further keys of the section.
        """

        def opened(**more: Any) -> ModelStore:
            store: ModelStore = implementation(
                Section({**written, **more}, folder=written.folder)
            )
            return store

        return opened

    @pytest.fixture
    def store(self, open_store: OpenStore) -> ModelStore:
        """Return the store."""
        return open_store()

    @pytest.fixture
    def elsewhere(self, open_store: OpenStore, store: ModelStore) -> ModelStore:
        """Return the same store, as another host sees it."""
        return open_store()

    @pytest.fixture
    def processes(self) -> Iterator[Processes]:
        """Return what starts processes that write."""
        with closing(Processes()) as started:
            yield started
