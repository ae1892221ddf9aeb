"""SQL databases as data sources and sinks for launchpad."""
