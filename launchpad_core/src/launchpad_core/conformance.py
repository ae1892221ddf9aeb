"""What launchpad-core provides keeps to the contracts of its kinds of types."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from launchpad_core.testing import (
    ModelStoreContract,
    ModelTypeContract,
    PluginContract,
)

_CODE = """
def train(model_conf, old_model):
    return {"offset": model_conf["offset"]}

def test(model):
    return {"accuracy": 0.5, "offset": model["offset"]}

def predict(model, args):
    return {"sum": args["x"] + model["offset"], "words": [args["word"]]}
"""
_ON_FRAMES = """
def train(model_conf):
    return model_conf["offset"]

def test(model):
    return {"accuracy": 1}

def predict(model, frame):
    return [{"sum": x + model} for x in frame["x"].tolist()]
"""


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "launchpad-core"


class TestPython(ModelTypeContract):
    """The model type ``python``, on a dict of arguments."""

    type = "python"
    capabilities: ClassVar[Collection[str]] = ("old_model",)
    code = _CODE

    @pytest.fixture
    def section(self, tmp_path: Path) -> Mapping[str, Any]:
        """Return the section of a model that adds."""
        (tmp_path / "adding.py").write_text(self.code)
        return {"module": "adding", "offset": 10}

    @pytest.fixture
    def other_section(self, section: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the section of a model that adds something else."""
        return {**section, "offset": 20}

    @pytest.fixture
    def failing_section(self, tmp_path: Path) -> Mapping[str, Any]:
        """Return the section of a model whose train raises."""
        (tmp_path / "failing.py").write_text("def train():\n    raise KeyError(1)\n")
        return {"module": "failing"}

    @pytest.fixture
    def arguments(self) -> Sequence[Mapping[str, Any]]:
        """Return what it adds to."""
        return [{"x": 0, "word": "Grüße"}, {"x": 1, "word": "b"}, {"x": 2, "word": ""}]


class TestPythonOnFrames(TestPython):
    """The model type ``python``, on a frame."""

    capabilities = ("frame",)
    code = _ON_FRAMES


class TestDirectoryStore(ModelStoreContract):
    """The model store ``directory``."""

    type = "directory"
    capabilities = ("sweeps",)

    @pytest.fixture
    def section(self) -> Mapping[str, Any]:
        """Return a section with a folder that isn't there yet."""
        return {"location": "store"}
