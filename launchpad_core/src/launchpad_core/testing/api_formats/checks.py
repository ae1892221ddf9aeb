"""What the rules for API formats look at: contracts, texts, files, refusals."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path
from threading import Thread
from typing import Any

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.errors import ContractError
from launchpad_core.testing.api_formats.differences import differences

_PATIENCE = 60


def round_trip(contract: ApiContract, format: ApiFormat, file: Path) -> ApiContract:
    """Return a contract, written and read."""
    text = format.write(contract)
    assert isinstance(text, str), f"write() returns {type(text).__name__}, not str"
    file.write_text(text, encoding="utf-8")
    return format.read(file)


def check_same(wanted: ApiContract, found: Any, *, told: str = "") -> None:
    """Check that a contract is the same as another, and tell the first difference."""
    first, *others = [*differences(wanted, found), ""]
    more = f" ({len(others) - 1} more)" if len(others) > 1 else ""
    assert not first, f"{told}{first}{more}"
    assert found == wanted, f"{told}the contract is not equal by =="


def check_same_or_refused(
    contract: ApiContract, format: ApiFormat, file: Path, *, of: str
) -> None:
    """Check that a contract comes back, or that it is refused when it is written."""
    try:
        text = format.write(contract)
    except ContractError:
        return
    file.write_text(text, encoding="utf-8")
    try:
        found = format.read(file)
    except ContractError as error:
        told = error.in_one_line()
        raise AssertionError(
            f"{of}: write() should refuse what read() can't read: {told}"
        ) from error
    check_same(contract, found, told=f"{of}: ")


def check_texts(wanted: str, found: str, *, what: str) -> None:
    """Check that two texts are the same, and tell the first difference."""
    old, new = (text.splitlines(keepends=True) for text in (wanted, found))
    for number, (was, now) in enumerate(zip_longest(old, new, fillvalue=""), 1):
        assert was == now, (
            f"{what} is written differently in line {number}: {now!r}, not {was!r}"
        )


def content(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return what is in the files of a folder, and when they were last written."""
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
    }


def refusal(format: ApiFormat, file: Path, *, of: str) -> ContractError | None:
    """Return the error that a file is refused by, which names it; None without one.

    Args:
        format: The format that reads it.
        file: The file, which may not be there.
        of: What is in it.
    """
    ended: list[Exception | None] = []
    thread = Thread(target=lambda: ended.append(_error(format, file)), daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    assert ended, f"read() of {of} goes on for more than {_PATIENCE} s"
    error = ended[0]
    if error is None:
        return None
    told = " ".join(f"{type(error).__name__}: {error}".split())
    assert isinstance(error, ContractError), (
        f"read() of {of} raises {told}; it should raise ContractError"
    )
    assert file.name in str(error), f"read() of {of} doesn't name the file: {told}"
    return error


def _error(format: ApiFormat, file: Path) -> Exception | None:
    try:
        format.read(file)
    except Exception as error:
        return error
    return None
