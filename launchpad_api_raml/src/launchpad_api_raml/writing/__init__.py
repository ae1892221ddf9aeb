"""Writing contracts as RAML 1.0, a part of the notation in each module."""
