"""Texts that a notation has to cope with: odd names and values, and broken files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

ODD_TEXTS = (
    *("yes", "no", "null", "~", "010", "1.10", "1e3", "true", "2024-01-01", "12:30"),
    *("a: b", "# a", "- a", "{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a", "a?"),
    *('"', "'", "\\", "<a>&amp;</a>", "$ref", "type", "properties"),
    *("a/b", "a.b", "a b"),
    *("Größe", "日本", "🌸", "two\nlines", "tab\there", " a ", "a,b|c;d", "(a)", "//"),
)
"""Texts that a notation may take for something else."""

BROKEN_FILES: Mapping[str, bytes] = {
    "an empty file": b"",
    "an empty line": b"\n",
    "a binary file": bytes(range(256)) * 4,
    "a file that isn't UTF-8": "title: Größe\n".encode("latin-1"),
    "a letter": b"Dear all,\n\nplease find no contract here.\n",
    "a web page": b"<!doctype html><html><body><p>Not found</p></body></html>\n",
    "a program": b"import sys\n\n\ndef main():\n    sys.exit(1)\n",
    "a table": b"sepal.length,variety\n5.1,Setosa\n",
    "a number": b"42\n",
    "a list": b'["no", "contract"]\n',
    "another object": b'{"no": "contract"}\n',
    "what is nested too deeply": b"[" * 10_000,
}
"""Files that are no contract in any notation."""


def cut_off(text: str) -> Iterator[tuple[str, str]]:
    """Yield where a text is cut off, for people, and what is left of it, five times."""
    for part in range(1, 6):
        end = len(text) * part // 6
        yield f"what is cut off after {end} of {len(text)} characters", text[:end]
