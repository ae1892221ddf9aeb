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
from .contracts.as_json import contract_as_json, contract_from_json
from .data import DataSink, DataSource, Params
from .environment import with_variables
from .errors import (
    Busy,
    ConfigError,
    ContractError,
    DataError,
    LaunchpadError,
    ModelCodeError,
    NoSuchBuild,
    StoreError,
    UnloadableModel,
    UnsupportedOperation,
)
from .files import replacing
from .hookspecs import hookimpl
from .model_interface import ModelInterface, ModelMakerInterface
from .positions import Position, shown_path
from .registrations import (
    ApiFormatType,
    Command,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
)
from .reports import report
from .runtime import Input, ModelRuntime, Predictor, Resources
from .sections import Section, as_section
from .settings import ByteCount, ConfigLocation, ConfigPath, Settings
from .store.build import Build
from .store.model_store import ModelStore, model_of
from .store.workspaces import Workspaces

__version__: str

__all__ = [
    "ApiContract",
    "ApiFormat",
    "ApiFormatType",
    "Body",
    "Build",
    "Busy",
    "ByteCount",
    "Change",
    "Command",
    "ConfigError",
    "ConfigLocation",
    "ConfigPath",
    "ContractError",
    "DataError",
    "DataSink",
    "DataSinkType",
    "DataSource",
    "DataSourceType",
    "Input",
    "LaunchpadError",
    "ModelCodeError",
    "ModelInterface",
    "ModelMakerInterface",
    "ModelRuntime",
    "ModelStore",
    "ModelStoreType",
    "ModelType",
    "NoSuchBuild",
    "Operation",
    "Parameter",
    "Params",
    "Position",
    "Predictor",
    "Resources",
    "Response",
    "Section",
    "SecurityScheme",
    "Settings",
    "StoreError",
    "UnloadableModel",
    "UnsupportedOperation",
    "Workspaces",
    "as_section",
    "contract_as_json",
    "contract_changes",
    "contract_from_json",
    "get_validated_config",
    "get_validated_config_str",
    "hookimpl",
    "list_models",
    "model_of",
    "order_columns",
    "predict",
    "replacing",
    "report",
    "retest",
    "shown_path",
    "train_model",
    "with_variables",
]
