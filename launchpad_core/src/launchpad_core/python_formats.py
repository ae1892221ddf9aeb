"""The formats that models written in Python are stored in."""

from __future__ import annotations

import importlib.util
import pickle
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from launchpad_core.errors import LaunchpadError, StoreError, UnloadableModel

FormatName = Literal["pickle", "skops"]


class PythonFormat(ABC):
    """How a trained model becomes a file, and the file a model again.

    Args:
        trusted: The types that may be loaded beyond those that are known as harmless,
            where the format can tell.

    Attributes:
        payload: The file's name.
        package: The package that it needs.
        extra: The extra of launchpad-core with that package; "" when it is always
            there.
        may_read: Further formats that are as safe to read as this one.
    """

    payload: ClassVar[str]
    package: ClassVar[str]
    extra: ClassVar[str] = ""
    may_read: ClassVar[Sequence[FormatName]] = ()

    def __init__(self, trusted: Iterable[str] = ()) -> None:
        self.trusted = tuple(trusted)

    @abstractmethod
    def write(self, model: Any, path: Path) -> None:
        """Write a model into a file; it raises whatever the model's types raise."""

    @abstractmethod
    def read(self, path: Path) -> Any:
        """Return the model in a file; it raises whatever the model's types raise."""

    def check_package(self) -> None:
        """Check that the package is installed; it isn't imported.

        Raises:
            LaunchpadError: When it isn't.
        """
        if importlib.util.find_spec(self.package) is None:
            raise LaunchpadError(
                f"format: {self.package} needs the package {self.package}, "
                "which is not installed",
                hint=f"pip install 'launchpad-core[{self.extra}]'",
            )


class PickleFormat(PythonFormat):
    """A pickle by cloudpickle: takes anything, and whoever reads it runs its code.

    What can be imported is kept by its name, what can't be, such as a lambda, with its
    code.
    """

    payload = "model.pkl"
    package = "cloudpickle"
    may_read = ("skops",)

    def write(self, model: Any, path: Path) -> None:
        """Pickle a model."""
        import cloudpickle

        with path.open("wb") as file:
            cloudpickle.dump(model, file)

    def read(self, path: Path) -> Any:
        """Unpickle a model."""
        with path.open("rb") as file:
            return pickle.load(file)


class SkopsFormat(PythonFormat):
    """A file by skops: data, and names of types, which have to be trusted ones."""

    payload = "model.skops"
    package = "skops"
    extra = "skops"

    def write(self, model: Any, path: Path) -> None:
        """Write a model, and see that it can be read again, before it is stored."""
        from skops.io import dump

        dump(model, path)
        self.read(path)

    def read(self, path: Path) -> Any:
        """Return a model, if all of its types are trusted ones.

        Raises:
            StoreError: When they aren't; nothing was imported then.
        """
        self.check_package()
        from skops.io import get_untrusted_types, load

        found = set(get_untrusted_types(file=path))
        untrusted = sorted(found - set(self.trusted))
        if untrusted:
            wanted = ", ".join(dict.fromkeys([*self.trusted, *untrusted]))
            raise StoreError(
                "the model holds objects of types that are not trusted: "
                + ", ".join(untrusted),
                hint=f"if you do trust them, model: trusted_types: [{wanted}]",
            )
        return load(path, trusted=list(self.trusted))


FORMATS: Mapping[FormatName, type[PythonFormat]] = {
    "pickle": PickleFormat,
    "skops": SkopsFormat,
}


def stored_format(
    folder: Path, configured: FormatName, trusted: Iterable[str]
) -> PythonFormat:
    """Return the format that a model is stored in, if the configured one permits it.

    Args:
        folder: The folder with the payload.
        configured: The format that the config names.
        trusted: The types that the config trusts.

    Raises:
        StoreError: When it is stored otherwise; nothing has been read then.
        UnloadableModel: When it isn't stored in any format.
    """
    for name in (configured, *FORMATS[configured].may_read):
        if (folder / FORMATS[name].payload).is_file():
            return FORMATS[name](trusted)
    for name, other in FORMATS.items():
        if (folder / other.payload).is_file():
            raise StoreError(
                f"the model is stored as {name}, which can run any code when it is "
                f"loaded, but the config says format: {configured}",
                hint=f"launchpad train, or format: {name} if you trust its writer",
            )
    raise UnloadableModel(
        "the build holds no model written in Python",
        hint="the model: type: that it was trained with",
    )
