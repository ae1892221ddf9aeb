"""A plugin whose hook is misspelled."""

from launchpad_core import DataSourceType, hookimpl


@hookimpl
def launchpad_data_source():
    """Return one type."""
    yield DataSourceType(
        "misspelled", implementation="launchpad_fake_misspelled:Source", summary="x"
    )
