"""The commands that carry builds to another store: ``models export`` and ``import``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from launchpad_core.cli.models.options import build_called, json_option
from launchpad_core.invocation import (
    Invocation,
    pass_invocation,
    prints_to_stderr,
    show,
)

if TYPE_CHECKING:
    from launchpad_core.project import Project
    from launchpad_core.store.importing import Imported

_GZIPPED = (".gz", ".tgz")


@click.command("export", short_help="Write a BUILD into one file")
@click.argument("build")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The archive, such as FILE.tar or FILE.tar.gz; - for stdout. "
    "[default: NAME_VERSION_BUILD.tar]",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@pass_invocation
def export_build(
    invocation: Invocation, build: str, output: Path | None, force: bool
) -> None:
    """Write a BUILD into one file, with its hashes and its metrics history.

    The same build gives the same file.

    \b
    Example: launchpad models export live -o iris.tar.gz
    """
    from launchpad_core.errors import StoreError
    from launchpad_core.positions import shown_path
    from launchpad_core.store.archive import write_archive

    builds, found = build_called(invocation.project(contract=False), build)
    path = output or Path(f"{found.name}_{found.version}_{found.id}.tar")
    if path == Path("-"):
        if sys.stdout.isatty():
            raise click.UsageError("an archive is nothing to read: say -o FILE")
        write_archive(builds, found, sys.stdout.buffer, gzipped=False)
        return
    if path.exists() and not force:
        raise StoreError(
            f"{shown_path(path)} is there already", hint="--force writes over it"
        )
    with _written(path) as file:
        write_archive(builds, found, file, gzipped=path.suffix in _GZIPPED)
    click.echo(f"{found} is in {shown_path(path)}", err=True)


@click.command("import", short_help="Take in a build, or what mllaunchpad has stored")
@click.argument("source", type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("--promote", is_flag=True, help="Serve it from now on.")
@click.option("--alias", metavar="NAME", help="Make this alias point at it.")
@json_option
@pass_invocation
def import_build(
    invocation: Invocation,
    source: Path,
    promote: bool,
    alias: str | None,
    as_json: bool,
) -> None:
    """Take in the build in an archive, or what mllaunchpad has stored in a folder.

    SOURCE is what models export has written, - for stdin, or the folder that was
    mllaunchpad's model store. A build is not served unless you say --promote. Models
    of mllaunchpad are, where nothing else is; they are pickles, and loading them runs
    their code: import only what you trust. With a signing key, importing vouches for
    it: the entry is signed by yours.
    """
    from launchpad_core.config_sections import is_name

    if alias is not None and not is_name(alias):
        raise click.BadParameter(f"{alias!r} can't be an alias", param_hint="--alias")
    project = invocation.project(contract=False)
    served = project.builds.alias if promote else None
    wanted = tuple(name for name in (served, alias) if name is not None)
    if source.is_dir():
        _import_folder(project, source, wanted, as_json=as_json)
    else:
        _import_archive(project, source, wanted, as_json=as_json)


def _import_archive(
    project: Project, source: Path, aliases: tuple[str, ...], *, as_json: bool
) -> None:
    from launchpad_core.positions import shown_path
    from launchpad_core.store.archive import read_archive

    label = "stdin" if source == Path("-") else shown_path(source)
    with _opened(source) as file:
        imported = read_archive(project.builds, file, label=label, aliases=aliases)
    if as_json:
        show(_facts(imported))
        return
    click.echo(_sentence(imported), err=True)
    if not imported.build.aliases:
        build = imported.build.id
        click.echo(f"  launchpad models promote {build} serves it", err=True)


def _import_folder(
    project: Project, source: Path, aliases: tuple[str, ...], *, as_json: bool
) -> None:
    from launchpad_core.old_models import import_old_models

    told: list[dict[str, Any]] = []
    failed = False
    with prints_to_stderr():
        for one in import_old_models(project, source, aliases=aliases):
            if one.imported is not None:
                told.append({"file": one.old.pickle, **_facts(one.imported)})
                text = _sentence(one.imported)
            else:
                failed = True
                text = one.fault.in_one_line() if one.fault else ""
                told.append({"file": one.old.pickle, "error": text})
            if not as_json:
                click.echo(f"{one.old.pickle}: {text}", err=True)
    if as_json:
        show(told)
    if failed:
        sys.exit(1)


def _sentence(imported: Imported) -> str:
    build = imported.build
    if imported.repaired:
        text = f"{build} was there, but damaged; it is repaired"
    elif imported.was_there:
        text = f"{build} is there already"
    else:
        text = f"{build} is imported"
    if imported.renamed:
        text += f"; it was {imported.renamed}, which was pruned here"
    if build.aliases:
        text += f", and is {', '.join(build.aliases)}"
    return text


def _facts(imported: Imported) -> dict[str, Any]:
    build = imported.build
    return {
        "build": build.id,
        "name": build.name,
        "version": build.version,
        "aliases": list(build.aliases),
        "was_there": imported.was_there,
        "repaired": imported.repaired,
        "was": imported.renamed or build.id,
    }


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes its place when all is written."""
    from launchpad_core.errors import StoreError
    from launchpad_core.files import replacing
    from launchpad_core.positions import shown_path

    try:
        with replacing(path) as temporary, temporary.open("wb") as file:
            yield file
    except OSError as error:
        raise StoreError(
            f"can't write {shown_path(path)}: {error.strerror or error}",
            hint="check the folder's permissions and the space on its disk",
        ) from error


@contextmanager
def _opened(source: Path) -> Iterator[IO[bytes]]:
    """Yield a file that can be sought in, also for a pipe."""
    import shutil

    from launchpad_core.errors import StoreError
    from launchpad_core.positions import shown_path

    try:
        if source != Path("-") and source.is_file():
            with source.open("rb") as file:
                yield file
            return
        with tempfile.TemporaryFile() as kept:
            if source == Path("-"):
                shutil.copyfileobj(sys.stdin.buffer, kept)
            else:
                with source.open("rb") as pipe:
                    shutil.copyfileobj(pipe, kept)
            kept.seek(0)
            yield kept
    except OSError as error:
        raise StoreError(
            f"can't read {shown_path(source)}: {error.strerror or error}"
        ) from error
