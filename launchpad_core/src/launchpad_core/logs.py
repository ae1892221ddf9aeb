"""Logging for the commands and the server; as a library, launchpad sets up none."""

from __future__ import annotations

import logging
import logging.config
import os
import sys
from pathlib import Path

from launchpad_core.errors import ConfigError
from launchpad_core.positions import shown_path

ENVIRONMENT = "LAUNCHPAD_LOG"
DEFAULT = "LAUNCHPAD_LOG.yml"
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_QUOTING_SECRETS = ("aiobotocore", "botocore", "fsspec")
"""Loggers whose debug messages hold URLs and headers as they are sent."""


def configure_logging(
    path: str | os.PathLike[str] | None = None, *, verbose: bool = False
) -> None:
    """Set up logging by a file with a ``dictConfig`` in YAML, or else to stderr.

    Args:
        path: The file; None for LAUNCHPAD_LOG or ``./LAUNCHPAD_LOG.yml``.
        verbose: Whether to log debug messages.

    Raises:
        ConfigError: When the file can't be read or isn't a logging configuration.
    """
    named = path or os.environ.get(ENVIRONMENT)
    if named or Path(DEFAULT).exists():
        _from_file(Path(named or DEFAULT))
    else:
        logging.basicConfig(
            stream=sys.stderr,
            format=FORMAT,
            level=logging.DEBUG if verbose else logging.INFO,
        )
    logging.captureWarnings(True)
    if verbose:
        logging.getLogger("launchpad_core").setLevel(logging.DEBUG)
        for name in _QUOTING_SECRETS:
            logger = logging.getLogger(name)
            if not logger.level:  # the file hasn't said otherwise
                logger.setLevel(logging.INFO)


def _from_file(path: Path) -> None:
    from launchpad_core.config_file import read_config_file

    settings = read_config_file(path)
    try:
        logging.config.dictConfig(settings)
    except (ValueError, TypeError, AttributeError, ImportError) as error:
        reason = error.__cause__ or error
        raise ConfigError(
            f"{shown_path(path)} is no logging configuration: {error}: {reason}",
            hint="see logging.config.dictConfig in Python's documentation",
        ) from error
