"""What this distribution provides; nothing heavy is imported for it."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import {{ cookiecutter.__registration }}, hookimpl


@hookimpl
def {{ cookiecutter.__hook }}() -> Iterator[{{ cookiecutter.__registration }}]:
    """Return the type that configs can name."""
    yield {{ cookiecutter.__registration }}(
        "{{ cookiecutter.type }}",
        implementation="{{ cookiecutter.__package }}.{{ cookiecutter.__module }}:{{ cookiecutter.__class }}",
        summary="{{ cookiecutter.summary }}",
    )
