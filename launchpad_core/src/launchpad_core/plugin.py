"""What the core itself provides, registered as any plugin registers."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core.hookspecs import hookimpl
from launchpad_core.registrations import ModelStoreType, ModelType


@hookimpl
def launchpad_model_types() -> Iterator[ModelType]:
    """Return the model type that is built in."""
    yield ModelType(
        "python",
        implementation="launchpad_core.python_runtime:PythonRuntime",
        summary="Models written in Python: a module with train, test and predict",
    )


@hookimpl
def launchpad_model_stores() -> Iterator[ModelStoreType]:
    """Return the model store that is built in."""
    yield ModelStoreType(
        "directory",
        implementation="launchpad_core.directory_store:DirectoryStore",
        summary="A folder of builds on a local or mounted file system",
    )
