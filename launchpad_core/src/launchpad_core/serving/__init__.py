"""Serving a build, and going over to the next one while requests come in."""
