"""What authors of plugins test them with: the contracts of all kinds of types.

A test module derives a class from the contract of a type's kind, says which type it
is, and returns a valid section::

    class TestWeather(DataSourceContract):
        type = "weather"
        capabilities = ("frames", "params")

        @pytest.fixture
        def section(self):
            return {"station": "Oslo"}

``pip install 'launchpad-core[testing]'`` brings what it needs. The modules below are
internal: only the names that this package exports stay as they are.
"""

from launchpad_core.testing.api_format_contract import ApiFormatContract
from launchpad_core.testing.data_sink_contract import DataSinkContract
from launchpad_core.testing.data_source_contract import DataSourceContract
from launchpad_core.testing.distributions import fake_distribution, installed
from launchpad_core.testing.model_store_contract import ModelStoreContract
from launchpad_core.testing.model_type_contract import ModelTypeContract
from launchpad_core.testing.plugin_contract import PluginContract
from launchpad_core.testing.projects import (
    Finished,
    app_client,
    launchpad_config,
    run_cli,
)
from launchpad_core.testing.rules import ContractBroken, rule
from launchpad_core.testing.type_contract import TypeContract

__all__ = [
    "ApiFormatContract",
    "ContractBroken",
    "DataSinkContract",
    "DataSourceContract",
    "Finished",
    "ModelStoreContract",
    "ModelTypeContract",
    "PluginContract",
    "TypeContract",
    "app_client",
    "fake_distribution",
    "installed",
    "launchpad_config",
    "rule",
    "run_cli",
]
