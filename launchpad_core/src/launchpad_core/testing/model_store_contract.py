"""What every type of model store keeps to."""

from __future__ import annotations

from launchpad_core.testing.stores.builds import ModelStoreBuilds
from launchpad_core.testing.stores.damage import ModelStoreDamage
from launchpad_core.testing.stores.folders import ModelStoreFolders
from launchpad_core.testing.stores.killed import ModelStoreKilled
from launchpad_core.testing.stores.verbs import ModelStoreVerbs
from launchpad_core.testing.stores.writers import ModelStoreWriters


class ModelStoreContract(
    ModelStoreVerbs,
    ModelStoreFolders,
    ModelStoreBuilds,
    ModelStoreDamage,
    ModelStoreWriters,
    ModelStoreKilled,
):
    """The contract of types of model store.

    The section is that of an empty store. Capabilities: ``sweeps`` (it can tell at once
    that a writer was killed, and removes what that one left).

    Attributes:
        threads: How many threads write at once.
        writers: How many processes write at once.
        races: How many files all of them create at the same moment.
        kills: How many writers are killed, each at another moment of its work.
        size: How many bytes the builds have that they publish then.
    """
