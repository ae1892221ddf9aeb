"""Golden predictions: what a build predicted at its training, it predicts still."""

from __future__ import annotations

GOLDEN = "golden.json"
"""The file of a build that holds its golden predictions."""
