"""Tables and queries keep to the contracts of data sources and sinks."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from launchpad_sources_sql.conformance import *  # noqa: F403
from launchpad_sources_sql.conformance import (
    InDatabase,
    TestSqlSink,
    TestSqlSinkThatAppends,
    TestSqlSource,
    TestSqlSourceWithParams,
)


class InPostgresql(InDatabase):
    @pytest.fixture
    def connection(self, place_of: Callable[[str], Any]) -> Mapping[str, Any]:
        return place_of("postgresql").section


class InMariadb(InDatabase):
    @pytest.fixture
    def connection(self, place_of: Callable[[str], Any]) -> Mapping[str, Any]:
        return place_of("mariadb").section


class InDuckdb(InDatabase):
    @pytest.fixture
    def connection(self, place_of: Callable[[str], Any]) -> Mapping[str, Any]:
        return place_of("duckdb").section


class TestPostgresqlSource(InPostgresql, TestSqlSource):
    pass


class TestPostgresqlSourceWithParams(InPostgresql, TestSqlSourceWithParams):
    pass


class TestPostgresqlSink(InPostgresql, TestSqlSink):
    pass


class TestPostgresqlSinkThatAppends(InPostgresql, TestSqlSinkThatAppends):
    pass


class TestMariadbSource(InMariadb, TestSqlSource):
    pass


class TestMariadbSourceWithParams(InMariadb, TestSqlSourceWithParams):
    pass


class TestMariadbSink(InMariadb, TestSqlSink):
    pass


class TestMariadbSinkThatAppends(InMariadb, TestSqlSinkThatAppends):
    pass


class TestDuckdbSource(InDuckdb, TestSqlSource):
    pass


class TestDuckdbSourceWithParams(InDuckdb, TestSqlSourceWithParams):
    pass


class TestDuckdbSink(InDuckdb, TestSqlSink):
    pass


class TestDuckdbSinkThatAppends(InDuckdb, TestSqlSinkThatAppends):
    pass
