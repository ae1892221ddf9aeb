"""Models in R keep to the contract."""

from launchpad_model_r.conformance import *  # noqa: F403
