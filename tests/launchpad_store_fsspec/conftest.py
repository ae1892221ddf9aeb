"""A real S3 server, which fails where a test wants it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from object_server import ObjectServer, object_server

from launchpad_core.testing.stores.rules import OpenStore
from launchpad_store_fsspec.store import FsspecStore


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "launchpad_store_fsspec" in item.path.parts:
            for warning in (
                "ignore:.*utcnow:DeprecationWarning",
                "ignore::ResourceWarning",
            ):
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="session")
def server() -> Iterator[ObjectServer]:
    with object_server() as running:
        yield running


@pytest.fixture
def bucket(server: ObjectServer) -> str:
    """Return the name of an empty bucket."""
    name = f"models-{token_hex(8)}"
    server.make_bucket(name)
    return name


@pytest.fixture
def section(
    server: ObjectServer, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Return a section ``model_store``, but for its cache."""
    monkeypatch.setenv("S3_KEY", "an-access-key")
    monkeypatch.setenv("S3_SECRET", "a-secret-of-mine")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return {
        "type": "fsspec",
        "location": f"s3://{bucket}/all models",
        "storage_options": {
            "key_var": "S3_KEY",
            "secret_var": "S3_SECRET",
            "client_kwargs": {"endpoint_url": server.url},
        },
    }


@pytest.fixture
def open_store(section: dict[str, Any], tmp_path: Path) -> OpenStore:
    def opened(**more: Any) -> FsspecStore:
        cache = {"cache": str(tmp_path / token_hex(4))}
        return FsspecStore({**section, **cache, **more})

    return opened


@pytest.fixture
def store(open_store: Callable[..., FsspecStore]) -> FsspecStore:
    return open_store()
