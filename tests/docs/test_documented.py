"""Everything that users and authors of plugins can name is documented."""

from __future__ import annotations

import dataclasses
import inspect
from types import ModuleType

import click
import pytest
from reference_pages import cli, config, errors, hooks
from reference_pages.docstrings import own_docstring
from reference_pages.own import derived_classes
from reference_pages.public import alias_texts

import launchpad_core
from launchpad_core import testing
from launchpad_core.testing import TypeContract

pytestmark = pytest.mark.ecosystem


@pytest.mark.parametrize("name", hooks.hooks())
def test_hook_is_documented_with_a_plugin(name: str) -> None:
    documented = own_docstring(hooks.hooks()[name])

    assert "A complete plugin::" in documented
    assert f"def {name}():" in documented


def test_registrations_are_documented() -> None:
    for registration in hooks.registration_classes():
        assert own_docstring(registration), registration
        fields = [field.name for field in dataclasses.fields(registration)]
        assert sorted(hooks.field_texts(registration)) == sorted(fields)


def test_settings_are_documented() -> None:
    every = list(config.all_settings())
    undocumented = [
        f"{settings.__module__}.{settings.__qualname__}: {name}"
        for settings in every
        for name, field in settings.model_fields.items()
        if not field.description
    ]

    assert len(every) > 20
    assert undocumented == []
    assert [settings for settings in every if not own_docstring(settings)] == []


def test_commands_are_documented() -> None:
    commands = list(cli.commands())

    assert len(commands) > 20
    assert [shown.name for shown in commands if not shown.command.help] == []


def test_options_are_documented() -> None:
    undocumented = [
        f"{shown.name} {option.opts[0]}"
        for shown in cli.commands()
        for option in shown.options
        if not option.help
    ]

    assert undocumented == []


def test_arguments_are_in_the_help() -> None:
    """Click's arguments have no help; the command's own names them."""
    unnamed = [
        f"{shown.name} {argument.human_readable_name}"
        for shown in cli.commands()
        for argument in shown.command.params
        if isinstance(argument, click.Argument)
        and argument.human_readable_name.strip("[].") not in (shown.command.help or "")
    ]

    assert unnamed == []


def test_errors_are_documented() -> None:
    classes = errors.error_classes()

    assert len(classes) > 30
    assert [error for error in classes if not own_docstring(error)] == []


NO_FUNCTIONS = {launchpad_core: {"hookimpl", *alias_texts()}}

each_module = pytest.mark.parametrize(
    "module", [launchpad_core, testing], ids=lambda it: it.__name__
)


@each_module
def test_public_names_are_documented(module: ModuleType) -> None:
    public = {name: getattr(module, name) for name in module.__all__}
    documented = [
        name
        for name, value in public.items()
        if inspect.isroutine(value) or inspect.isclass(value)
    ]

    assert set(public) - set(documented) == NO_FUNCTIONS.get(module, set())
    assert [name for name in documented if not own_docstring(public[name])] == []


def test_public_types_are_documented() -> None:
    texts = alias_texts()

    assert len(texts) > 3
    assert [name for name, text in texts.items() if not text] == []


@each_module
def test_methods_of_public_classes_are_documented(module: ModuleType) -> None:
    public = [getattr(module, name) for name in module.__all__]
    classes = [one for one in public if inspect.isclass(one)]
    undocumented = [
        f"{one.__name__}.{name}"
        for one in classes
        for name, value in vars(one).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property))
        and not inspect.getdoc(getattr(one, name))
    ]

    assert undocumented == []


def test_our_own_contracts_override_only_fixtures_that_are_listed() -> None:
    ours = [
        one
        for one in derived_classes(TypeContract)
        if one.__module__.endswith("conformance")
    ]
    private = [
        f"{one.__name__}.{name}"
        for one in ours
        for name in vars(one)
        if name not in one.given and any(hasattr(base, name) for base in one.__bases__)
        if type(vars(one)[name]).__name__ == "FixtureFunctionDefinition"
    ]

    assert len(ours) > 20
    assert private == []
