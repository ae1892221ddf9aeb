"""What a type of model store implements: a few verbs over a place for files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from launchpad_core.config_sections import Name
from launchpad_core.settings import Settings, validate
from launchpad_core.store.signing import KeyPair


class ModelStore(ABC):
    """A place for builds; the base class of every type of model store.

    It knows nothing of models: it keeps files under keys, which are relative paths
    with ``/``, such as ``Iris/1.0.0/log/00000001.json``. All that a store of models
    does is made of these verbs, and so is the same for every type. Keys are valid:
    they hold no ``..``, and no part of them begins with a dot.

    A verb that can't do its work raises a :class:`StoreError
    <launchpad_core.StoreError>` that says why; it never leaves half of it behind.

    Attributes:
        config: The section ``model_store`` as it was written.
        settings: The section as typed settings.
    """

    class Config(Settings):
        """What the section ``model_store`` may say for every type."""

        type: str = "directory"
        """The type of model store."""
        alias: Name = "live"
        """Which of a model's aliases is trained to and served, such as `staging`."""
        refresh: Annotated[float, Field(ge=0.01, le=86400)] = 5.0
        """After how many seconds a server looks for a new build: at most a day."""
        signing_key_var: str | None = None
        """The environment variable with the key that signs builds; with it, builds
        that aren't signed are refused."""
        signing: KeyPair | None = None
        """In place of a key that all share, the files `private_key`, which only those
        who train need, and `public_key`."""

        @field_validator("signing_key_var", "signing")
        @classmethod
        def _not_empty(cls, value: object) -> object:
            if value is None:
                raise ValueError("is empty: leave it out if builds aren't to be signed")
            return value

        @field_validator("signing")
        @classmethod
        def _one_way_of_signing(
            cls, keys: KeyPair | None, info: ValidationInfo
        ) -> KeyPair | None:
            if keys is not None and info.data.get("signing_key_var") is not None:
                raise ValueError("use either signing or signing_key_var, not both")
            return keys

    settings: Config

    opens_connections: ClassVar[bool] = True
    """Whether it is behind a network: ``check`` alone leaves it unread then."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.settings = validate(config, type(self).Config, label="model_store")

    @property
    @abstractmethod
    def shown_name(self) -> str:
        """What messages call it: a path or URL, without secrets."""

    @abstractmethod
    def read(self, key: str) -> bytes | None:
        """Return a small file's content, or None when there is no such file."""

    def read_all(self, keys: Iterable[str]) -> Iterator[bytes | None]:
        """Yield what :meth:`read` returns for many keys, in their order."""
        return map(self.read, keys)

    @abstractmethod
    def create(self, key: str, content: bytes) -> bool:
        """Create a small file, unless there is one of that key.

        Among any number of writers at the same moment, for one of them there was none.
        Once it returns, the file outlasts a power cut. Whoever reads it sees all of
        it.

        Returns:
            Whether it was created; False when there was one before.
        """

    @abstractmethod
    def names(self, key: str = "") -> Iterable[str]:
        """Return the names directly below a key; none when there is nothing."""

    @abstractmethod
    def workspace(self) -> AbstractContextManager[Path]:
        """Return a context: an empty local folder, which is gone afterwards.

        A build is written into a folder below it, and handed to :meth:`put`.
        """

    @abstractmethod
    def put(self, key: str, folder: Path) -> None:
        """Keep a folder's files below a key, also when they were there before.

        Args:
            key: Where to; whoever writes there, writes the same files.
            folder: A folder in a :meth:`workspace`, which may be moved away.
        """

    @abstractmethod
    def get(self, key: str) -> Path:
        """Return a local folder that holds all files that there are below a key.

        Nobody else may change what is in it. What they hold is verified by whoever
        asks. An empty folder, when there are none.
        """

    @abstractmethod
    def remove(self, key: str) -> None:
        """Remove everything below a key; it doesn't matter when there is nothing."""

    def discard(self, unwanted: Callable[[], Iterable[str]]) -> None:
        """Remove builds that their log says are removed.

        Args:
            unwanted: Returns their keys. Someone may add one of them again meanwhile,
                so a store that can keep writers from that, asks while it does.
        """
        for key in unwanted():
            self.remove(key)

    def forget(self, key: str) -> None:
        """Forget what is kept on this machine of :meth:`get`, since it is damaged."""
        _ = key

    def prepare(self) -> None:
        """Raise now what would keep a model from being stored after its training.

        Raises:
            StoreError: When the store can't be written.
        """
        return

    def sweep(self, known: Callable[[str], Collection[str]]) -> None:
        """Remove what writers left that didn't come to an end.

        Args:
            known: Returns the keys of all builds in the log of a model, given the key
                of the model. Any other build that nobody is about to add to the log is
                rubbish.
        """
        _ = known


def model_of(key: str) -> str:
    """Return the key of a model, given one below it."""
    return "/".join(key.split("/")[:2])
