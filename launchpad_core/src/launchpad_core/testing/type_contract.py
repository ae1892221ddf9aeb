"""What the contracts of all kinds of types have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from launchpad_core.base_classes import BASE_CLASSES
from launchpad_core.plugins import load_plugins
from launchpad_core.registrations import Registration
from launchpad_core.registry import Registry
from launchpad_core.sections import Section, as_section
from launchpad_core.spelling import meant_or_known
from launchpad_core.testing.rules import applies, is_of_the_kit, rules_of

Kind = type[Registration]


class TypeContract:
    """The base of the contract of each kind of type.

    A derived class names the type and returns a section. The rules for capabilities
    that it doesn't name ask that the type refuses what they are about; so a capability
    is tested both ways. What isn't to be tested isn't there: pytest collects no rule
    that doesn't apply.

    A rule that a type can't keep is left out by ``test_... = None``, with a comment
    that says why, or replaced by a test of the same name. ``launchpad plugins check``
    tells the plugin's users of either.

    Attributes:
        type: The type, as configs name it; the plugin that provides it is installed.
        capabilities: What the type can do, of what its kind knows.
    """

    type: ClassVar[str]
    capabilities: ClassVar[Collection[str]] = ()

    kind: ClassVar[Kind]
    """The kind of registration that is tested, such as ``DataSourceType``."""
    known_capabilities: ClassVar[Collection[str]] = ()
    """What types of this kind may be able to do."""
    given: ClassVar[tuple[str, ...]] = ("section",)
    """The fixtures that authors may override; all others may change."""

    rewritten: ClassVar[frozenset[str]] = frozenset()
    """The rules that an author has replaced or left out; ``plugins check`` tells."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name in set(cls.capabilities) - set(cls.known_capabilities):
            hint = meant_or_known(name, sorted(cls.known_capabilities))
            raise TypeError(f'{cls.__name__}: no capability is "{name}": {hint}')
        if not is_of_the_kit(cls):
            cls.rewritten |= vars(cls).keys() & dict(rules_of(cls)).keys()
        for name, test in rules_of(cls):
            if name not in {*vars(cls), *cls.rewritten}:  # what an author wrote stays
                wanted = test if applies(test, cls.capabilities) else None
                setattr(cls, name, wanted)

    @pytest.fixture
    def implementation(self) -> Any:
        """Return the class that implements the type."""
        base = BASE_CLASSES[self.kind]
        return Registry(load_plugins()).implementation(self.kind, self.type, base=base)

    @pytest.fixture
    def section(self) -> Mapping[str, Any]:
        """Return a valid section, as configs have it; ``type`` may be left out.

        Relative paths start at ``tmp_path``.
        """
        pytest.fail(f"{type(self).__name__} needs a fixture that returns a section")

    @pytest.fixture
    def written(self, section: Mapping[str, Any], tmp_path: Path) -> Section:
        """Return the section as the core hands it to the implementation."""
        return as_section({"type": self.type, **section}, folder=tmp_path)
