"""Models written in R: trained, tested and served by R processes of their own."""

from pathlib import Path

SCRIPTS = Path(__file__).parent / "r"
"""The folder with what R processes run."""
