"""The word that a user probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to a misspelt one, or "" if none is near.

    Upper and lower case count as the same only where nothing is nearer.
    """
    import difflib  # only a misspelt word needs it

    words = list(known)
    if found := difflib.get_close_matches(word, words, n=1):
        return found[0]
    folded = {one.casefold(): one for one in reversed(words)}
    found = difflib.get_close_matches(word.casefold(), folded, n=1)
    return folded[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the nearest known word as a question, or None if none is near."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else None


def meant_or_known(word: str, known: Collection[str]) -> str:
    """Return the nearest known word as a question, or else all of them to choose."""
    return did_you_mean(word, known) or f"use {', '.join(known)}"
