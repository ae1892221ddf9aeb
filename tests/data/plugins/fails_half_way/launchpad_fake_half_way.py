"""A plugin whose second registration is wrong."""

from launchpad_core import DataSourceType, hookimpl


@hookimpl
def launchpad_data_sources():
    """Return a good and a bad registration."""
    yield DataSourceType("half", implementation="some.module:Half", summary="Half")
    yield DataSourceType("whole", implementation="no address", summary="Whole")
