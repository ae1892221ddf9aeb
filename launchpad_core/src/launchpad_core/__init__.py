"""launchpad: publish machine learning models as REST APIs.

The public names stand in ``__init__.pyi``. Each is imported on first use, so that
``from launchpad_core import hookimpl`` is cheap in a plugin's table of contents.
"""

from typing import Any

import lazy_loader

_public, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib_metadata import version

        return version("launchpad-core")
    return _public(name)
