"""The word that a user probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to a misspelt one, or "" if none is near."""
    import difflib  # only a misspelt word needs it

    return next(iter(difflib.get_close_matches(word, list(known), n=1)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the nearest known word as a question, or None if none is near."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else None


def meant_or_known(word: str, known: Collection[str]) -> str:
    """Return the nearest known word as a question, or else all of them to choose."""
    return did_you_mean(word, known) or f"use {', '.join(known)}"
