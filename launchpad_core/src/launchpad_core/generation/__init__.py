"""Contracts from data: what the columns of a frame say about an API."""
