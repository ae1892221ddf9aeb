"""All types of file keep to the contracts of data sources and sinks."""

from launchpad_sources_files.conformance import *  # noqa: F403
