"""What several commands of ``models`` are told, and how they find a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from launchpad_core.project import Project
    from launchpad_core.store.build import Build
    from launchpad_core.store.builds import ModelBuilds
    from launchpad_core.store.model_store import ModelStore

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def build_called(project: Project, called: str | None) -> tuple[ModelBuilds, Build]:
    """Return the build that a user means, and the builds of its version.

    Args:
        project: The project, whose model and version are meant where none is said.
        called: An alias or the beginning of an id, such as ``live`` or ``1.0.0:live``;
            None for what is served.

    Raises:
        NoSuchBuild: When there is none.
        StoreError: When the store can't be read.
    """
    from launchpad_core.store.finding import find

    version, _, name = (called or "").rpartition(":")
    builds = builds_of(project, version) if version else project.builds
    if called is None:
        return builds, builds.live()
    return builds, find(builds, name)


def builds_of(project: Project, version: str) -> ModelBuilds:
    """Return the builds of another version of the project's model.

    Raises:
        NoSuchBuild: When there is no such version.
        StoreError: When the store can't be read.
    """
    from launchpad_core.errors import NoSuchBuild

    versions = {builds.version: builds for builds in all_versions(project)}
    if version in versions:
        return versions[version]
    raise NoSuchBuild(
        f"there is no version {version} of {project.model.name} in "
        f"{project.store.shown_name}",
        hint=", ".join(versions) or "launchpad train",
    )


def tell_nothing_is_there(store: ModelStore) -> None:
    """Say on stderr that a store is empty, which is often another one than meant."""
    click.echo(f"there is no build in {store.shown_name}", err=True)
    click.echo("  try: launchpad train", err=True)


def all_versions(project: Project) -> list[ModelBuilds]:
    """Return the builds of all versions of the project's model, in their order."""
    from launchpad_core.store.finding import every_model

    name = project.model.name
    return [one for one in every_model(project.store) if one.name == name]
