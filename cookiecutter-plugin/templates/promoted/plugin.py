"""What this distribution provides; nothing heavy is imported for it."""

from __future__ import annotations

from collections.abc import Iterator

from launchpad_core import {% for hook in cookiecutter._promoted.hooks | sort(attribute="class") %}{{ hook.class }}, {% endfor %}hookimpl
{%- for hook in cookiecutter._promoted.hooks %}


@hookimpl
def {{ hook.name }}() -> Iterator[{{ hook.class }}]:
    """Return what configs can name."""
{%- for type in hook.types %}
    yield {{ hook.class }}(
        "{{ type.type }}",
        implementation="{{ type.address }}",
        summary={{ type.summary }},
    )
{%- endfor %}
{%- endfor %}
