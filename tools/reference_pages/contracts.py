"""The page that failing rules link to: what each contract asks for, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reference_pages.docstrings import as_markdown, documentation, own_docstring
from reference_pages.markdown import blocks, in_words, link

from launchpad_core import testing
from launchpad_core.testing import rules

_INTRODUCTION = """\
# The contracts of plugins

Authors derive a test class from the contract of what they wrote. Each rule is a test;
one that fails says what it found, what the contract asks for, and where on this page
more is written. A rule that needs a capability is run for types that declare it, one
for types without it is run for the others: what a type doesn't declare, it has to
refuse."""

Rule = Callable[..., None]


def contracts() -> Mapping[str, type[Any]]:
    """Return the contracts that are exported, by name."""
    exported = {name: getattr(testing, name) for name in testing.__all__}
    return {
        name: value
        for name, value in exported.items()
        if isinstance(value, type) and rules.rules_of(value)
    }


def page() -> str:
    """Return the page."""
    return blocks(_INTRODUCTION, *(_section(owner) for owner in _owners()))


def _owners() -> Iterator[type[Any]]:
    """Yield each contract, and behind it the bases that it takes rules from."""
    told: set[type[Any]] = set()
    for contract in contracts().values():
        for owner in (contract, *_bases(contract)):
            if owner not in told:
                told.add(owner)
                yield owner


def _bases(contract: type[Any]) -> list[type[Any]]:
    return [base for base in contract.__mro__[1:] if _own_rules(base)]


def _own_rules(owner: type[Any]) -> list[Rule]:
    return [
        test
        for _, test in rules.rules_of(owner)
        if test.__qualname__.rpartition(".")[0] == owner.__qualname__
    ]


def _section(owner: type[Any]) -> str:
    bases = [link(base.__name__) for base in _bases(owner)]
    return blocks(
        f"## {owner.__name__}",
        documentation(owner),
        f"The rules of {in_words(bases)} hold as well." if bases else "",
        *(_rule(test) for test in _own_rules(owner)),
    )


def _rule(test: Rule) -> str:
    anchor, heading = rules.anchor(test), rules.heading(test)
    asked, _, explained = own_docstring(test).partition("\n\n")
    return blocks(
        f'<a id="{anchor}"></a>',
        f"### {heading}",
        f"**{' '.join(as_markdown(asked).split())}**",
        _for_whom(test),
        as_markdown(explained),
    )


def _for_whom(test: Rule) -> str:
    needs, lacks = map(sorted, rules.capabilities_of(test))
    whom = []
    if needs:
        whom.append(f"with {in_words([f'`{name}`' for name in needs])}")
    if lacks:
        whom.append(f"without {in_words([f'`{name}`' for name in lacks], last='or')}")
    return f"For types {', and '.join(whom)}." if whom else ""
