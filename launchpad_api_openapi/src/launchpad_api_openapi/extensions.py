"""What a contract says and OpenAPI has no word for, as members of our own."""

from __future__ import annotations

BASE_URI = "x-launchpad-base-uri"
DESCRIPTION = "x-launchpad-description"
HEADER = "x-launchpad-header"
KIND = "x-launchpad-kind"
NAMES = "x-launchpad-names"
PARAMETERS = "x-launchpad-parameters"
REQUIRED = "x-launchpad-required"
SEPARATOR = "x-launchpad-separator"
SETTINGS = "x-launchpad-settings"
