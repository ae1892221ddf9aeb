"""What launchpad-store-fsspec provides keeps to the contract of model stores.

It needs an object store, since none but a real one can be relied on::

    LAUNCHPAD_TEST_STORE=s3://my-bucket/tests launchpad plugins check store_fsspec

Keys are those that its file system finds, such as ``AWS_ACCESS_KEY_ID`` in the
environment. Each rule writes below a folder of its own, and leaves it there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from launchpad_core import Section
from launchpad_core.testing import ModelStoreContract, PluginContract
from launchpad_store_fsspec.store import FsspecStore

_STORE = "LAUNCHPAD_TEST_STORE"


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "launchpad-store-fsspec"


class TestFsspecStore(ModelStoreContract):
    """The model store ``fsspec``."""

    type = "fsspec"
    races = 20  # each takes much longer than on a disk

    @pytest.fixture
    def section(self) -> Mapping[str, Any]:
        """Return a section with a folder that isn't there yet."""
        url = os.environ.get(_STORE)
        if not url:
            pytest.skip(f"it needs {_STORE}, the URL of an object store to write to")
        return {"location": f"{url}/{token_hex(8)}"}

    @pytest.fixture
    def open_store(
        self, written: Section, tmp_path: Path
    ) -> Callable[..., FsspecStore]:
        """Return a function that opens the store with a cache of its own."""

        def opened(**more: Any) -> FsspecStore:
            cache = str(tmp_path / token_hex(4))
            section = Section({**written, "cache": cache, **more}, folder=tmp_path)
            return FsspecStore(section)

        return opened
