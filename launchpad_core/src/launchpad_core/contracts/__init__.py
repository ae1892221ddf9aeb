"""Contracts of a project: where they are, and what a build keeps of them."""
