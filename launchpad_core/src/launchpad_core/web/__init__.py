"""The web application: the only part of launchpad that knows Flask."""

from launchpad_core.web.app import create_app

__all__ = ["create_app"]
