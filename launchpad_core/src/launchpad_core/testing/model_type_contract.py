"""What every type of model keeps to."""

from __future__ import annotations

from launchpad_core.testing.model_types.files import ModelTypeFiles
from launchpad_core.testing.model_types.life import ModelTypeLife
from launchpad_core.testing.model_types.predictions import ModelTypePredictions


class ModelTypeContract(ModelTypeLife, ModelTypePredictions, ModelTypeFiles):
    """The contract of types of model.

    The section is a section ``model``; its fixture writes the code that it names into
    ``tmp_path``, if there is some. A second fixture returns ``arguments`` of predict.
    Where they are given, ``resources`` are data for train and test, ``other_section``
    is one whose model answers otherwise, ``failing_section`` one whose train raises.

    Capabilities: ``frame`` (the section's model predicts on a frame), ``old_model``
    (its train asks for the old model).

    Attributes:
        threads: How many threads predict at once.
        turns: How often each of them does.
        patience: After how many seconds a process that answers is said to hang.
    """
