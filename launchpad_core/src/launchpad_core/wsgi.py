"""The WSGI application for production servers.

::

    LAUNCHPAD_CFG=iris_cfg.yml gunicorn --workers 4 launchpad_core.wsgi
"""

from __future__ import annotations

import sys

from launchpad_core.config import read_config
from launchpad_core.errors import LaunchpadError
from launchpad_core.logs import configure_logging
from launchpad_core.project import Project
from launchpad_core.web.live import LiveApp

# gunicorn ends, and doesn't start workers for ever, when one exits with this status.
_WORKER_CANT_START = 3

try:
    configure_logging()
    application = LiveApp(Project(read_config(), tags=("predict",)))
    application.watch()
except LaunchpadError as error:
    print(error, file=sys.stderr, flush=True)
    sys.exit(_WORKER_CANT_START)
