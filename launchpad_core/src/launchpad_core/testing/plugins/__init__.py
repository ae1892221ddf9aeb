"""What PluginContract looks at, and the program that runs contracts of plugins."""
