"""Signing with a pair of keys, by Sigstore's model-signing: an extra."""

from __future__ import annotations

import hashlib
import importlib.util
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from launchpad_core.errors import ConfigError, LaunchpadError, StoreError
from launchpad_core.positions import shown_path
from launchpad_core.sections import Section
from launchpad_core.store.signing import KeyPair

_NEW_PAIR = (
    "openssl ecparam -name prime256v1 -genkey -noout -out private.pem; "
    "openssl ec -in private.pem -pubout -out public.pem"
)


class SigstoreSigner:
    """Signs with a private key what the public key verifies; nothing is asked online.

    A signature is a Sigstore bundle about a folder with one file, which is named by
    the SHA-256 of what is signed. So it can't be a bundle about anything else that
    the same key has signed.

    Args:
        keys: Where the keys are.
        section: The section of the config that says so.

    Raises:
        LaunchpadError: When model-signing isn't installed, or a key can't be read.
    """

    def __init__(self, keys: KeyPair, section: Section) -> None:
        self._section = section.get("signing")
        _check_packages()
        from model_signing.signing import Config as Signing
        from model_signing.verifying import Config as Verifying

        public, private = keys.public_key, keys.private_key
        self._signing: Any = None
        self._verifying = self._with_key(
            "public_key",
            public,
            lambda: Verifying().use_elliptic_key_verifier(public_key=public),
        )
        if private is not None:
            self._signing = self._with_key(
                "private_key",
                private,
                lambda: Signing().use_elliptic_key_signer(private_key=private),
            )
            self._check_pair()

    def sign(self, data: bytes) -> str:
        """Return a Sigstore bundle, which is JSON."""
        self.check()
        with _as_folder(data) as (folder, bundle):
            self._signing.sign(folder, bundle)
            return bundle.read_text("utf-8")

    def verify(self, data: bytes, signature: str) -> bool:
        """Whether a text is a bundle that the private key has signed these bytes in."""
        from model_signing.hashing import Config as Hashing

        with _as_folder(data) as (folder, bundle):
            bundle.write_text(signature, encoding="utf-8", errors="replace")
            try:
                verifying = self._verifying.set_hashing_config(Hashing())
                verifying.verify(folder, bundle)
            except Exception:  # it may be any text: whatever can't be read is no bundle
                return False
            return True

    def check(self) -> None:
        """Raise when there is no private key.

        Raises:
            StoreError: Always then.
        """
        if self._signing is None:
            raise StoreError(
                "nothing can be written to the model store: its entries are signed, "
                "and there is no private key here",
                hint="model_store: signing: private_key: FILE where models are trained",
            )

    def _with_key(self, name: str, path: Path, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except (OSError, ValueError, TypeError, AttributeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ConfigError(
                f"can't use the {name.replace('_', ' ')} {shown_path(path)}: {reason}",
                where=self._where(name),
                hint=_NEW_PAIR,
            ) from error

    def _check_pair(self) -> None:
        if not self.verify(b"", self.sign(b"")):
            raise ConfigError(
                "the private key and the public key do not belong together",
                where=self._where("private_key"),
                hint="openssl ec -in private.pem -pubout -out public.pem",
            )

    def _where(self, name: str) -> Any:
        section = self._section
        return section.where(name) if isinstance(section, Section) else None


def _check_packages() -> None:
    # model-signing 1.1 imports OpenSSL without saying that it needs pyopenssl.
    for module in ("model_signing", "OpenSSL"):
        if importlib.util.find_spec(module) is None:
            raise LaunchpadError(
                f"signing with a pair of keys needs {module}, which is not installed",
                hint="pip install 'launchpad-core[sigstore]'",
            )


@contextmanager
def _as_folder(data: bytes) -> Iterator[tuple[Path, Path]]:
    """Yield a folder whose one file holds these bytes, and a path for its bundle."""
    with tempfile.TemporaryDirectory(prefix="launchpad-") as private:
        folder = Path(private) / "entry"
        folder.mkdir()
        (folder / hashlib.sha256(data).hexdigest()).write_bytes(data)
        yield folder, Path(private) / "bundle.json"
