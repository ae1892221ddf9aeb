"""Telling each other values: R's own serialization, written and read in Python."""
