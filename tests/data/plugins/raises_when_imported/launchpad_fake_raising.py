"""A plugin that can't be imported."""

raise ImportError("its library is missing")
