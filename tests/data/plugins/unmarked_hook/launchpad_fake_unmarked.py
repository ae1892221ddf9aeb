"""A plugin whose hook lacks its mark."""

from launchpad_core import DataSourceType


def launchpad_data_sources():
    """Return one type."""
    yield DataSourceType(
        "good", implementation="launchpad_fake_unmarked:Source", summary="x"
    )
