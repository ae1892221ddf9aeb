"""What this distribution provides: a model store in object stores."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import ModelStoreType, hookimpl


@hookimpl
def launchpad_model_stores() -> Iterator[ModelStoreType]:
    """Return the type of model store."""
    yield ModelStoreType(
        "fsspec",
        implementation="launchpad_store_fsspec.store:FsspecStore",
        summary="Builds in S3, Google Cloud Storage or Azure",
    )
