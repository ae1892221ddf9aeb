"""What the core itself provides, registered as any plugin registers."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core.hookspecs import hookimpl
from launchpad_core.registrations import Command, ModelStoreType, ModelType


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
        implementation="launchpad_core.store.directory:DirectoryStore",
        summary="A folder of builds on a local or mounted file system",
    )


@hookimpl
def launchpad_commands() -> Iterator[Command]:
    """Return the commands that are built in."""
    life_cycle = "launchpad_core.cli.life_cycle"
    yield Command(
        "train",
        implementation=f"{life_cycle}:train",
        summary="Train the model, test it, and store both",
    )
    yield Command(
        "retest",
        implementation=f"{life_cycle}:retest",
        summary="Test the stored model again",
    )
    yield Command(
        "predict",
        implementation=f"{life_cycle}:predict",
        summary="Predict for the arguments in a JSON file",
    )
    yield Command(
        "api",
        implementation="launchpad_core.web.development:api",
        summary="Serve the API on 127.0.0.1 for development",
    )
    yield Command(
        "serve",
        implementation="launchpad_core.cli.serve:serve",
        summary="Serve the API with gunicorn, for production",
    )
    yield Command(
        "contract",
        implementation="launchpad_core.cli.contracts:contract",
        summary="See, convert, generate, compare and write API contracts",
    )
    yield Command(
        "generate-raml",
        implementation="launchpad_core.cli.generation:generate_raml",
        summary="Print a RAML for the columns of a data source",
    )
    yield Command(
        "plugins",
        implementation="launchpad_core.cli.plugins:plugins",
        summary="List all plugins and what they provide, and check them",
    )
    yield Command(
        "check",
        implementation="launchpad_core.cli.checking:check",
        summary="Check the whole config; connect to nothing",
    )
    yield Command(
        "schema",
        implementation="launchpad_core.cli.schema:schema",
        summary="Print a JSON Schema of the config, for editors",
    )
    yield Command(
        "models",
        implementation="launchpad_core.cli.models:models",
        summary="See, compare, promote, prune and move trained models",
    )
