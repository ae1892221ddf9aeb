"""Making a distribution of a plugin that is a module of a project."""
