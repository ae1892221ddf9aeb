"""The WSGI application for production servers.

::

    LAUNCHPAD_CFG=iris_cfg.yml gunicorn --workers 4 launchpad_core.wsgi
"""

from __future__ import annotations

import gc
import sys
import time

from launchpad_core.config import read_config
from launchpad_core.errors import LaunchpadError
from launchpad_core.logs import configure_logging
from launchpad_core.project import Project
from launchpad_core.serving.loading import may_pass
from launchpad_core.web.live import LiveApp

# gunicorn ends, and doesn't start workers for ever, when one exits with this status.
_WORKER_CANT_START = 3
# With any other one it starts another, while the workers go on that are there.
_WORKER_CANT_START_NOW = 1
_PAUSE = 5.0  # seconds


def _ready_to_load() -> Project:
    """Return the project, when all modules are imported that a build needs.

    They stay, so from now on nobody looks for garbage in them: the look for what a
    build before has left behind would keep requests waiting.
    """
    project = Project(read_config(), tags=("predict",))
    project.builds.live_id()  # says what to do when there is none
    project.runtime.check(("predict",))
    gc.collect()
    gc.freeze()
    return project


try:
    configure_logging()
    application = LiveApp(_ready_to_load())
    application.watch()
except LaunchpadError as error:
    print(error, file=sys.stderr, flush=True)
    if error.__context__ is None or not may_pass(error):  # nothing outside failed
        sys.exit(_WORKER_CANT_START)
    time.sleep(_PAUSE)
    sys.exit(_WORKER_CANT_START_NOW)
