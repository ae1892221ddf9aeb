"""What launchpad-sources-files provides keeps to the contracts of its types."""

from __future__ import annotations

from launchpad_core.testing import PluginContract
from launchpad_sources_files.sink_conformance import *  # noqa: F403
from launchpad_sources_files.source_conformance import *  # noqa: F403


class TestPlugin(PluginContract):
    """The distribution."""

    distribution = "launchpad-sources-files"
