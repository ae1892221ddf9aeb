from .actions import list_models, predict, retest, train_model
from .api_format import ApiFormat
from .columns import order_columns
from .comparison.changes import Change
from .comparison.contracts import contract_changes
from .config import get_validated_config, get_validated_config_str
from .contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from .data import DataSink, DataSource
from .errors import (
    ConfigError,
    ContractError,
    DataError,
    LaunchpadError,
    NoSuchBuild,
    StoreError,
    UnsupportedOperation,
)
from .hookspecs import hookimpl
from .model_interface import ModelInterface, ModelMakerInterface
from .registrations import (
    ApiFormatType,
    Command,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
)
from .reports import report
from .runtime import ModelRuntime, Resources
from .store.build import Build
from .store.model_store import ModelStore

__version__: str

__all__ = [
    "ApiContract",
    "ApiFormat",
    "ApiFormatType",
    "Body",
    "Build",
    "Change",
    "Command",
    "ConfigError",
    "ContractError",
    "DataError",
    "DataSink",
    "DataSinkType",
    "DataSource",
    "DataSourceType",
    "LaunchpadError",
    "ModelInterface",
    "ModelMakerInterface",
    "ModelRuntime",
    "ModelStore",
    "ModelStoreType",
    "ModelType",
    "NoSuchBuild",
    "Operation",
    "Parameter",
    "Resources",
    "Response",
    "SecurityScheme",
    "StoreError",
    "UnsupportedOperation",
    "contract_changes",
    "get_validated_config",
    "get_validated_config_str",
    "hookimpl",
    "list_models",
    "order_columns",
    "predict",
    "report",
    "retest",
    "train_model",
]
