"""A plugin for another core: it must not be imported."""

raise AssertionError("imported")
