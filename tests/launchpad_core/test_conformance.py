"""What the core provides keeps to the contracts, as any plugin's types do."""

from launchpad_core.conformance import *  # noqa: F403
