"""Files as data sources and sinks for launchpad."""
