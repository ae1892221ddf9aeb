"""The page on the kit: what ``launchpad_core.testing`` exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reference_pages.contracts import contracts
from reference_pages.docstrings import documentation, summary
from reference_pages.markdown import blocks, fence, in_words, table
from reference_pages.signatures import definition_of

from launchpad_core import testing
from launchpad_core.testing import rules

_CONTRACTS = "../../launchpad_core/src/launchpad_core/testing/contracts.md"
_SHOWN = 12
"""How many capabilities are named; where there are more, they are told on the page."""


def page() -> str:
    """Return the page."""
    exported = {name: getattr(testing, name) for name in testing.__all__}
    others = {name: one for name, one in exported.items() if name not in contracts()}
    return blocks(
        "# Testing plugins: `launchpad_core.testing`",
        documentation(testing),
        "## Contracts",
        *(_contract(name, one) for name, one in contracts().items()),
        "## Further names",
        *(_name(name, one) for name, one in others.items()),
    )


def _contract(name: str, contract: type[Any]) -> str:
    count = len(rules.rules_of(contract))
    return blocks(
        f"### {name}",
        documentation(contract),
        _capabilities(contract),
        table(
            ("fixture that may be overridden", "what it returns"),
            _fixtures(contract),
        ),
        f"Its {count} rules: [contracts.md]({_CONTRACTS}#{name.lower()}).",
    )


def _capabilities(contract: type[Any]) -> str:
    known = list(getattr(contract, "known_capabilities", ()))
    if not known:
        return ""
    granted = set(contract.capabilities)
    names = [f"`{name}`" for name in known]
    if len(names) > _SHOWN:
        names = [*names[:_SHOWN], f"{len(names) - _SHOWN} more"]
    taken = in_words([f"`{name}`" for name in known if name in granted])
    without = f"by default {taken}" if granted else "none by default"
    if granted == set(known):
        without = "all by default"
    return f"Known capabilities: {in_words(names)}; {without}."


def _fixtures(contract: type[Any]) -> Iterator[tuple[str, str]]:
    for name in getattr(contract, "given", ()):
        yield f"`{name}`", summary(getattr(contract, name)).removeprefix("Return ")


def _name(name: str, thing: Any) -> str:
    return blocks(f"### {name}", fence(_shown(thing), "python"), documentation(thing))


def _shown(thing: Any) -> str:
    if isinstance(thing, type):
        base = thing.__bases__[0].__name__
        return f"class {thing.__name__}({base}): ...".replace("(object)", "")
    return definition_of(thing)
