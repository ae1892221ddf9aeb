"""The names that plugins written for mllaunchpad import from its ``resource``."""

from __future__ import annotations

import os

from launchpad_core.columns import order_columns
from launchpad_core.data import DataSink, DataSource
from launchpad_core.environment import variable

Raw = str | bytes

__all__ = ["DataSink", "DataSource", "Raw", "get_user_pw", "order_columns"]


def get_user_pw(user_var: str, password_var: str) -> tuple[str, str | None]:
    """Return user name and password from the environment variables so named.

    Raises:
        MissingVariable: When the user name isn't set; a password may be missing.
    """
    return variable(user_var), os.environ.get(password_var)
