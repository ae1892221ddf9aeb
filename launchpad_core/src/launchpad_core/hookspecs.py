"""The six hooks: everything that a plugin can add to launchpad.

Each hook takes no arguments and returns registrations. A plugin is a module that
implements some of them, marked with :data:`hookimpl`, and that its distribution
names as an entry point of the group ``launchpad``.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from launchpad_core.registrations import (
    ApiFormatType,
    Command,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
)

PROJECT = "launchpad"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def launchpad_data_sources() -> Iterable[DataSourceType]:
    """Return the types of data source that the plugin provides.

    A complete plugin::

        from launchpad_core import DataSourceType, hookimpl

        @hookimpl
        def launchpad_data_sources():
            yield DataSourceType(
                "weather",
                implementation="launchpad_sources_weather.source:WeatherSource",
                summary="Daily weather, one row per station",
            )
    """
    raise NotImplementedError


@hookspec
def launchpad_data_sinks() -> Iterable[DataSinkType]:
    """Return the types of data sink that the plugin provides.

    A complete plugin::

        from launchpad_core import DataSinkType, hookimpl

        @hookimpl
        def launchpad_data_sinks():
            yield DataSinkType(
                "mail",
                implementation="launchpad_sinks_mail.sink:MailSink",
                summary="Sends a frame as a table by mail",
            )
    """
    raise NotImplementedError


@hookspec
def launchpad_model_types() -> Iterable[ModelType]:
    """Return the types of model that the plugin can train, write and run.

    A complete plugin::

        from launchpad_core import ModelType, hookimpl

        @hookimpl
        def launchpad_model_types():
            yield ModelType(
                "julia",
                implementation="launchpad_model_julia.runtime:JuliaRuntime",
                summary="Models written in Julia",
            )
    """
    raise NotImplementedError


@hookspec
def launchpad_api_formats() -> Iterable[ApiFormatType]:
    """Return the notations of API contracts that the plugin reads and writes.

    A complete plugin::

        from launchpad_core import ApiFormatType, hookimpl

        @hookimpl
        def launchpad_api_formats():
            yield ApiFormatType(
                "typespec",
                implementation="launchpad_api_typespec.format:TypeSpecFormat",
                summary="API contracts written in TypeSpec",
            )
    """
    raise NotImplementedError


@hookspec
def launchpad_model_stores() -> Iterable[ModelStoreType]:
    """Return the types of model store that the plugin provides.

    A complete plugin::

        from launchpad_core import ModelStoreType, hookimpl

        @hookimpl
        def launchpad_model_stores():
            yield ModelStoreType(
                "s3",
                implementation="launchpad_store_s3.store:S3Store",
                summary="Builds in an S3 bucket",
            )
    """
    raise NotImplementedError


@hookspec
def launchpad_commands() -> Iterable[Command]:
    """Return the commands that the plugin adds to ``launchpad``.

    A complete plugin::

        from launchpad_core import Command, hookimpl

        @hookimpl
        def launchpad_commands():
            yield Command(
                "drift",
                implementation="launchpad_drift.command:drift",
                summary="Compare today's data with the training data",
            )
    """
    raise NotImplementedError
