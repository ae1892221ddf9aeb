"""Data sources and sinks: how model code reads and writes, wherever the data is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NoReturn

from pydantic import Field

from launchpad_core.data_settings import TAGS as TAGS
from launchpad_core.data_settings import Seconds, SectionSettings
from launchpad_core.data_settings import Tag as Tag
from launchpad_core.errors import DataError, UnsupportedOperation
from launchpad_core.sections import as_section
from launchpad_core.settings import ByteCount, Settings, validate

if TYPE_CHECKING:
    import pandas as pd

Params = Mapping[str, Any]
"""Values for the placeholders of a section, by name."""


class Resource:
    """What data sources and data sinks have in common.

    A type says in a nested ``Config`` which keys its section may have. A class
    without a ``Config`` of its own takes any key and finds it in :attr:`config`.

    Args:
        identifier: The name of the section.
        section: The section as it was written.
        connection: The section of ``dbms`` that it refers to, if it does.

    Attributes:
        id: The name of the section.
        config: The section as it was written.
        settings: The section as typed settings.
        options: The section's ``options``.
        connection: The section of ``dbms`` that it refers to; empty if there is none.
    """

    Connection: ClassVar[type[Settings] | None] = None
    """The settings of its `dbms` section; None for a type that needs no connection."""

    serves: ClassVar[list[str]] = []
    """The types that a class in a project-local plugin provides."""

    kind: ClassVar[str]
    """What messages call it."""

    listed_in: ClassVar[str]
    """The section of the config that lists resources of this kind."""

    Config: ClassVar[type[SectionSettings]] = SectionSettings
    settings: SectionSettings

    def __init__(
        self,
        identifier: str,
        section: Mapping[str, Any],
        connection: Mapping[str, Any] | None = None,
    ) -> None:
        label = f"{self.listed_in}: {identifier}"
        self.id = identifier
        self.config = section
        self.settings = validate(section, type(self).config_class(), label=label)
        self.options = self.settings.options
        self.connection = connection or {}
        if self.Connection is not None and connection is not None:
            validate(connection, self.Connection, label="dbms")

    @classmethod
    def config_class(cls) -> type[SectionSettings]:
        """Return the settings that a section of this type is checked against."""
        config: type[SectionSettings] = _OPEN.get(cls.Config, cls.Config)
        return config

    @property
    def shown_name(self) -> str:
        """What messages call it, such as ``data source "petals"``."""
        return f'{self.kind} "{self.id}"'

    def refuse(self, **arguments: Any) -> None:
        """Refuse arguments that were given, and that this type doesn't take.

        Raises:
            UnsupportedOperation: When one of them is neither None nor empty.
        """
        for name, value in arguments.items():
            if value:
                raise UnsupportedOperation(
                    f'"{self.id}" of type {self.settings.type} takes no {name}'
                )

    @property
    def asked(self) -> frozenset[str]:
        """The names of the params that the section asks for."""
        return frozenset()

    def check_chunksize(self, chunksize: Any) -> None:
        """Check that a number of rows is one, or None.

        Raises:
            DataError: When it is something else.
        """
        if chunksize is None or (type(chunksize) is int and chunksize > 0):
            return
        raise DataError(
            f"{self.shown_name}: chunksize should be 1 or more, not {chunksize!r}"
        )

    def check_params(
        self, given: Params | None, asked: Iterable[str], *, key: str
    ) -> None:
        """Check that the params of a call are those that the section asks for.

        Args:
            given: The params of the call.
            asked: The names that the section asks for.
            key: The key of the section that asks for them, such as ``query``.

        Raises:
            DataError: When some are missing, or aren't asked for.
        """
        missing = sorted(set(asked) - set(given or ()))
        unknown = sorted(set(given or ()) - set(asked))
        where = as_section(self.config).where(key)
        if missing:
            raise DataError(
                f"{self.shown_name}: {key} asks for {', '.join(missing)}",
                where=where,
                hint=f'params={{"{missing[0]}": ...}}',
            )
        if unknown:
            raise DataError(
                f"{self.shown_name}: {key} doesn't ask for {', '.join(unknown)}",
                where=where,
                hint="leave it out of params",
            )

    def explain(self) -> str:
        """Return in one line how this is going to read or write; connect to nothing."""
        return ""

    def _unsupported(self, what: str, instead: str) -> NoReturn:
        raise UnsupportedOperation(
            f'"{self.id}" of type {self.settings.type} has no {what}',
            hint=f"{instead}()",
        )


class DataSource(Resource):
    """Where a model reads; the base class of every type of data source.

    A type implements :meth:`get_dataframe`, :meth:`get_raw` or both.
    """

    class Config(SectionSettings):
        """What every data source's section may say."""

        expires: Seconds = 0
        """How long data stays cached: -1 for ever, 0 not at all, else seconds."""
        cache_size: Annotated[int, Field(ge=1)] = 32
        """How many results are cached, one for each set of parameters."""
        cache_memory: ByteCount | None = None
        """How much memory they may take, such as `500 MB`; no limit if left out."""

    kind = "data source"
    listed_in = "datasources"

    settings: Config

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return the data as a frame, or as frames of ``chunksize`` rows each.

        Args:
            params: Values for the placeholders of the section, such as a query's.
            chunksize: Rows per frame; None for one frame with all rows.

        Raises:
            UnsupportedOperation: When this type of source has no frames.
            DataError: When the data can't be read.
        """
        self._unsupported("frames", "get_raw")

    def get_raw(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> str | bytes:
        """Return the data as it is: text or bytes.

        Raises:
            UnsupportedOperation: When this type of source has no raw data.
            DataError: When the data can't be read.
        """
        self._unsupported("raw data", "get_dataframe")


class DataSink(Resource):
    """Where a model writes; the base class of every type of data sink.

    A type implements :meth:`put_dataframe`, :meth:`put_raw` or both.
    """

    class Config(SectionSettings):
        """What every data sink's section may say."""

    kind = "data sink"
    listed_in = "datasinks"

    settings: Config

    def put_dataframe(
        self,
        dataframe: pd.DataFrame,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Write a frame.

        Args:
            dataframe: The frame; its index is not written unless options say so.
            params: Values for the placeholders of the section.
            chunksize: Rows to write at a time; None for all at once.

        Raises:
            UnsupportedOperation: When this type of sink takes no frames.
            DataError: When the data can't be written.
        """
        self._unsupported("frames", "put_raw")

    def put_raw(
        self,
        raw_data: str | bytes,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Write text or bytes as they are.

        Raises:
            UnsupportedOperation: When this type of sink takes no raw data.
            DataError: When the data can't be written.
        """
        self._unsupported("raw data", "put_dataframe")

    def try_destination(self) -> None:
        """Raise now what would keep this from writing; change nothing.

        Raises:
            UnsupportedOperation: When this type of sink can't try that.
            DataError: When the data couldn't be written.
        """
        raise UnsupportedOperation(
            f'"{self.id}" of type {self.settings.type} can\'t be tried'
        )


class _AnySourceConfig(DataSource.Config, extra="allow"):
    pass


class _AnySinkConfig(DataSink.Config, extra="allow"):
    pass


_OPEN: Mapping[type[SectionSettings], Any] = {
    DataSource.Config: _AnySourceConfig,
    DataSink.Config: _AnySinkConfig,
}
