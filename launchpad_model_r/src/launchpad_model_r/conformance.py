"""What launchpad-model-r provides keeps to the contract of model types."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from launchpad_core.testing import ModelTypeContract, PluginContract

_CODE = """
train <- function(model_conf, old_model) list(offset = model_conf$offset)
test <- function(model) list(accuracy = 0.5, offset = model$offset)
predict <- function(model, args) {
  list(sum = args$x + model$offset, words = I(args$word))
}
"""
_ON_FRAMES = """
train <- function(model_conf) list(offset = model_conf$offset)
test <- function(model) c(accuracy = 1)
predict <- function(model, frame) data.frame(sum = frame$x + model$offset)
"""


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "launchpad-model-r"


class TestR(ModelTypeContract):
    """The model type ``r``, on a list of arguments."""

    type = "r"
    capabilities: ClassVar[Collection[str]] = ("old_model",)
    code = _CODE

    @pytest.fixture
    def section(self, tmp_path: Path) -> Mapping[str, Any]:
        """Return the section of a model that adds."""
        if shutil.which("Rscript") is None:
            pytest.skip("Rscript is not installed")
        (tmp_path / "adding.R").write_text(self.code)
        return {"file": "adding.R", "offset": 10}

    @pytest.fixture
    def other_section(self, section: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the section of a model that adds something else."""
        return {**section, "offset": 20}

    @pytest.fixture
    def failing_section(
        self, section: Mapping[str, Any], tmp_path: Path
    ) -> Mapping[str, Any]:
        """Return the section of a model whose train stops."""
        (tmp_path / "failing.R").write_text("train <- function() stop('no')\n")
        return {**section, "file": "failing.R"}

    @pytest.fixture
    def arguments(self) -> Sequence[Mapping[str, Any]]:
        """Return what it adds to."""
        return [{"x": 0, "word": "Grüße"}, {"x": 1, "word": "b"}, {"x": 2, "word": ""}]


class TestROnFrames(TestR):
    """The model type ``r``, on a frame."""

    capabilities = ("frame",)
    code = _ON_FRAMES
