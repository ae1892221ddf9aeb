"""RAML 1.0: from files to the neutral contract."""
