"""A plugin that works."""

from launchpad_core import DataSourceType, hookimpl


@hookimpl
def launchpad_data_sources():
    """Return one type."""
    yield DataSourceType(
        "good", implementation="launchpad_fake_good:Source", summary="A good one"
    )


def __getattr__(name):
    """Make the class when it is asked for: discovery must not need it."""
    if name != "Source":
        raise AttributeError(name)
    import pandas as pd

    from launchpad_core import DataSource

    class Source(DataSource):
        """A frame of one row."""

        class Config(DataSource.Config):
            """What the section may say."""

        def get_dataframe(self, params=None, chunksize=None):
            """Return the frame."""
            return pd.DataFrame({"provided_by": [__name__]})

    return Source
