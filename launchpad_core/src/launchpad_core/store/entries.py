"""Entries of a model's log: what they say, and that nobody has changed them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Literal

from launchpad_core.errors import NoSuchBuild, StoreError
from launchpad_core.plain import plain
from launchpad_core.store.signing import Signer

Action = Literal[
    "publish", "import", "alias", "rollback", "unalias", "retest", "prune", "sign"
]

REMEDY = (
    "restore that file from a backup; if there is none, remove it and those with "
    "higher numbers: what they say has not happened then"
)

_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a model's history.

    Attributes:
        number: Its place in the log, counted from 1.
        action: What was done.
        build: The SHA-256 of the build's metadata, in hex; "" where none is meant.
        alias: The alias that was moved, or "".
        aliases: What each alias points at since then, by the builds' SHA-256.
        latest: The SHA-256 of the build that was published last, or "".
        details: What else there is to say, such as metrics.
        at: When, by the writer's clock; nothing depends on it.
        by: Who, and on which host.
        previous: The SHA-256 of the entry before it, in hex; "" for the first one.
        sha256: The SHA-256 of the entry as it is written, in hex.
        signed: Whether it is signed.
    """

    number: int
    action: Action
    build: str = ""
    alias: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)
    latest: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""
    by: str = ""
    previous: str = ""
    sha256: str = ""
    signed: bool = False

    @property
    def removed(self) -> Sequence[str]:
        """The builds that it took away, by their SHA-256."""
        removed: Sequence[str] = self.details.get("removed", ())
        return removed if self.action == "prune" else ()

    def adding(
        self,
        action: Action,
        build: str,
        *,
        aliases: Sequence[str],
        details: Mapping[str, Any],
    ) -> Entry:
        """Return an entry to come after this one, by which a build is there.

        Args:
            action: What is done.
            build: The SHA-256 of the build.
            aliases: What points at it then.
            details: What else there is to say.
        """
        return self.next(
            action,
            build,
            alias=", ".join(aliases),
            aliases={**self.aliases, **dict.fromkeys(aliases, build)},
            latest=build,
            details=details,
        )

    def next(
        self, action: Action, build: str = "", *, alias: str = "", **changes: Any
    ) -> Entry:
        """Return an entry to come after this one; what isn't given stays as it is.

        Args:
            action: What is done.
            build: The SHA-256 of the build that is meant.
            alias: The alias that is moved.
            changes: ``aliases``, ``latest`` or ``details``.
        """
        kept = {"aliases": self.aliases, "latest": self.latest}
        return Entry(0, action, build, alias, **{**kept, **changes})


NONE = Entry(0, "publish")
"""What stands before the first entry."""


def json_bytes(content: Any) -> bytes:
    """Return plain values as a JSON file holds them; half of a surrogate is escaped."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    return text.encode("utf-8", "backslashreplace")


def build_id(sha256: str) -> str:
    """Return the id of a build: the first digits of its metadata's SHA-256."""
    return sha256[:_ID_LENGTH]


def aliases_of(sha256: str, last: Entry) -> tuple[str, ...]:
    """Return what points at a build after the last entry of its log."""
    return tuple(sorted(name for name in last.aliases if last.aliases[name] == sha256))


def pointed_at(alias: str, last: Entry, *, label: str) -> str:
    """Return the SHA-256 of the build that an alias points at.

    Args:
        alias: The alias that is served.
        last: The last entry of the log.
        label: How messages name the model, and where it is.

    Raises:
        NoSuchBuild: When it points at none.
    """
    if alias in last.aliases:
        return last.aliases[alias]
    if last.latest:
        raise NoSuchBuild(
            f"no build is {alias}: there are only others of {label}",
            hint=f"launchpad models promote {build_id(last.latest)}",
        )
    raise NoSuchBuild(f"there is no trained model {label}", hint="launchpad train")


def written(
    entry: Entry, *, model: str, previous: Entry, signer: Signer | None
) -> bytes:
    """Return an entry as its file holds it.

    Args:
        entry: The entry.
        model: The name and version of the model whose log it belongs to.
        previous: The entry before it, which it holds the SHA-256 of.
        signer: What signs it.

    Returns:
        The content. It holds a random token, since no two writers may write the same:
        who finds an entry that is the same as its own, takes it for its own.
    """
    content = plain(
        {
            "model": model,
            "number": entry.number,
            "action": entry.action,
            "build": entry.build,
            "alias": entry.alias,
            "aliases": dict(sorted(entry.aliases.items())),
            "latest": entry.latest,
            "details": entry.details,
            "at": entry.at,
            "by": entry.by,
            "token": token_hex(8),
            "previous": previous.sha256,
        }
    )
    content = json.loads(json_bytes(content))  # as whoever reads it finds it
    content["sha256"] = hashlib.sha256(_canonical(content)).hexdigest()
    if signer is not None:
        content["signature"] = signer.sign(_canonical(content))
    return json_bytes(content)


def read_entry(data: bytes, *, number: int, model: str, label: str) -> Entry:
    """Return the entry that a file holds.

    Args:
        data: What the file holds.
        number: The number of the entry that it should be.
        model: The name and version of the model whose log it is read from.
        label: How messages name the file.

    Raises:
        StoreError: When it is damaged, or belongs elsewhere.
    """
    try:
        content = json.loads(data)
        if json_bytes(content) != data:
            raise ValueError("it isn't written as launchpad writes it")
        stated = content.pop("sha256")
        signature = content.pop("signature", None)
        if hashlib.sha256(_canonical(content)).hexdigest() != stated:
            raise ValueError("its content has changed")
        if (content["number"], content["model"]) != (number, model):
            raise ValueError(f"it is entry {content['number']} of {content['model']}")
        return Entry(
            number=number,
            action=content["action"],
            build=content["build"],
            alias=content["alias"],
            aliases=content["aliases"],
            latest=content["latest"],
            details=content["details"],
            at=content["at"],
            by=content["by"],
            previous=content["previous"],
            sha256=hashlib.sha256(data).hexdigest(),
            signed=signature is not None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"the model store is damaged: {label}: {error}",
            hint=REMEDY,
        ) from error


def is_signed_by(data: bytes, signer: Signer) -> bool:
    """Whether an entry that was read before is signed by the right key."""
    content = json.loads(data)
    signature = content.pop("signature", None)
    return isinstance(signature, str) and signer.verify(_canonical(content), signature)


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=True).encode()
