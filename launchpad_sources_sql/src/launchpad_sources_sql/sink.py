"""Writing: a frame becomes rows of a table, all of them or none."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, Field, model_validator

from launchpad_core.data import DataSink, Params
from launchpad_core.options import check_names, parameters_of
from launchpad_sources_sql.connection import Connection, engine_of
from launchpad_sources_sql.faults import told

_KNOWN = parameters_of(pd.DataFrame.to_sql) - {"name", "con", "chunksize"}


def _known_options(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_KNOWN, taker="to_sql of pandas")
    return options


class SqlSink(DataSink):
    """Writes frames into a table."""

    class Config(DataSink.Config):
        """What a section whose type is a connection of type ``sql`` may say."""

        table: str
        """The table."""
        schema_: Annotated[str | None, Field(alias="schema")] = None
        """The schema that the table is in."""
        if_exists: Literal["fail", "append", "replace"] = "fail"
        """What to do when there is such a table."""
        options: Annotated[dict[str, Any], AfterValidator(_known_options)] = {}
        """Options for `pandas.DataFrame.to_sql`; the index is left out by default."""

        @model_validator(mode="after")
        def _said_once(self) -> SqlSink.Config:
            fields = {"if_exists": "if_exists", "schema": "schema_"}
            for name, field in fields.items():
                if name in self.options and field in self.model_fields_set:
                    raise ValueError(f"{name} is written twice: also in options")
            return self

    Connection = Connection

    settings: Config

    def put_dataframe(
        self,
        dataframe: pd.DataFrame,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Write a frame's rows in one transaction.

        Args:
            dataframe: The frame.
            params: None: a table has no placeholders.
            chunksize: Rows to send at a time.

        Raises:
            DataError: When the database refuses; then nothing is written.
        """
        self.refuse(params=params)
        options = {
            "index": False,
            "schema": self.settings.schema_,
            "if_exists": self.settings.if_exists,
            **self.options,
        }
        engine = engine_of(self.connection)
        with told(self, verb="write", key="table"), engine.begin() as connected:
            dataframe.to_sql(
                self.settings.table, connected, chunksize=chunksize, **options
            )
