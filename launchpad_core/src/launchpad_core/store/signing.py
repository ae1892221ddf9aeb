"""Signing what a log says, so that nobody else can say what is live."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from launchpad_core.environment import variable
from launchpad_core.errors import ConfigError
from launchpad_core.sections import as_section
from launchpad_core.settings import ConfigPath, Settings

if TYPE_CHECKING:
    from launchpad_core.store.model_store import ModelStore

SHORTEST_KEY = 16
"""Bytes; RFC 2104 discourages keys shorter than the hash, and shorter can be tried."""


class KeyPair(Settings):
    """The key ``signing`` of the section ``model_store``."""

    public_key: ConfigPath
    """The PEM file with the public key of an elliptic curve, for all who load."""
    private_key: ConfigPath | None = None
    """The PEM file with the private key, for those who train; servers have none."""


class Signer(Protocol):
    """Signs entries of a log, and tells whether one is signed by the same key."""

    def sign(self, data: bytes) -> str:
        """Return a signature.

        Raises:
            LaunchpadError: When there is no key to sign with.
        """

    def verify(self, data: bytes, signature: str) -> bool:
        """Whether a signature is one of these bytes, by the right key."""

    def check(self) -> None:
        """Raise now what would keep :meth:`sign` from signing.

        Raises:
            LaunchpadError: When there is no key to sign with.
        """


class HmacSigner:
    """Signs by HMAC (RFC 2104) with SHA-256: who can verify can sign as well.

    Args:
        key: The key that all share.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, data: bytes) -> str:
        """Return the HMAC, in hex."""
        return hmac.new(self._key, data, hashlib.sha256).hexdigest()

    def verify(self, data: bytes, signature: str) -> bool:
        """Whether it is the HMAC of these bytes."""
        expected = self.sign(data).encode()
        return hmac.compare_digest(signature.encode("utf-8", "replace"), expected)

    def check(self) -> None:
        """Do nothing: there is a key."""


def signer_of(store: ModelStore) -> Signer | None:
    """Return what signs a store's entries; None when they aren't to be signed.

    Raises:
        MissingVariable: When the environment variable with the key isn't set.
        ConfigError: When a key can't be used.
    """
    section = as_section(store.config)
    settings = store.settings
    if settings.signing is not None:
        from launchpad_core.store.sigstore_keys import SigstoreSigner

        return SigstoreSigner(settings.signing, section)
    if settings.signing_key_var is not None:
        return HmacSigner(_shared_key(settings.signing_key_var, section))
    return None


def _shared_key(name: str, section: Mapping[str, Any]) -> bytes:
    where = as_section(section).where("signing_key_var")
    key = os.fsencode(variable(name, where=where))
    if len(key) < SHORTEST_KEY:
        raise ConfigError(
            f"the key in the environment variable {name} has {len(key)} bytes; "
            f"{SHORTEST_KEY} are the least",
            where=where,
            hint=f"export {name}=$(openssl rand -hex 32)",
        )
    return key
