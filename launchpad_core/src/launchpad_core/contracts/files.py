"""Contracts in files: which format a file has, reading it, writing it whole."""

from __future__ import annotations

import json
from pathlib import Path

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.errors import ConfigError, ContractError
from launchpad_core.files import write_bytes
from launchpad_core.positions import shown_path
from launchpad_core.registrations import ApiFormatType
from launchpad_core.registry import Registry


def read_contract(
    path: Path, registry: Registry, *, format: str | None = None
) -> ApiContract:
    """Return the contract in a file.

    Args:
        path: The file.
        registry: The plugins.
        format: Its API format; None to tell it by the end of the file's name.

    Raises:
        ConfigError: When no plugin provides the format.
        ContractError: When there is no such file, or it can't be understood.
    """
    if not path.is_file():
        raise ContractError(f"there is no file {shown_path(path)}")
    return format_of(format or format_by_name(path, registry), registry).read(path)


def format_of(name: str, registry: Registry) -> ApiFormat:
    """Return an API format.

    Raises:
        ConfigError: When no plugin provides it.
    """
    return registry.implementation(ApiFormatType, name, base=ApiFormat)()


def format_by_name(path: Path, registry: Registry) -> str:
    """Return the API format whose files have such names.

    Raises:
        ContractError: When it is none, or there are several.
    """
    known: dict[str, tuple[str, ...]] = {}
    unusable: list[ConfigError] = []
    for name in registry.types(ApiFormatType):
        try:
            known[name] = format_of(name, registry).suffixes
        except ConfigError as error:
            unusable.append(error)
    found = [name for name, suffixes in known.items() if path.suffix in suffixes]
    if len(found) == 1:
        return found[0]
    if not found and unusable:
        raise unusable[0]
    every = " or ".join(found or known) or "none"
    raise ContractError(
        f"the name {path.name} doesn't tell the API format"
        + (f": it may be {every}" if found else ""),
        hint=f"name the format: {every}",
    )


def written(contract: ApiContract, format: ApiFormat, path: Path | None = None) -> str:
    """Return a contract in an API format; as JSON where the file's name says so.

    Raises:
        ContractError: When the format can't say what the contract says.
    """
    text = format.write(contract)
    if path is None or path.suffix != ".json" or ".json" not in format.suffixes:
        return text
    import yaml

    from launchpad_core.yaml12 import Yaml12Loader

    document = yaml.load(text, Loader=Yaml12Loader)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write_new(path: Path, text: str, *, force: bool = False) -> None:
    """Write a file that isn't there yet; all of it or nothing.

    Args:
        path: The file.
        text: Its content.
        force: Whether to replace one that is there.

    Raises:
        ContractError: When it is there already, or can't be written.
    """
    if path.exists() and not force:
        raise ContractError(
            f"{shown_path(path)} is there already", hint="--force writes over it"
        )
    if not path.absolute().parent.is_dir():
        raise ContractError(
            f"there is no folder {shown_path(path.parent)}",
            hint="make it, or write elsewhere",
        )
    try:
        write_bytes(path, text.encode("utf-8"))
    except OSError as error:
        raise ContractError(
            f"can't write {shown_path(path)}: {error.strerror or error}"
        ) from error
