"""A line on a terminal that says what is going on, and is gone afterwards."""

from __future__ import annotations

import shutil
import sys

import click

_CLEAR = "\r\x1b[K"


class PassingLine:
    """Shows one text after the other in the same line of stderr.

    Where that is no terminal, nothing is shown: a file would keep all of them.
    """

    def __enter__(self) -> PassingLine:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def show(self, text: str) -> None:
        """Show a text in place of the one before."""
        self._write(text[: shutil.get_terminal_size().columns - 1])

    def _write(self, text: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"{_CLEAR}{text}", nl=False, err=True)
