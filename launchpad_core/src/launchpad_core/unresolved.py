"""Why a type can't be resolved: one sentence, and one remedy, for each way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from launchpad_core.errors import ClashingTypes, ConfigError, PluginError, UnknownType
from launchpad_core.known_types import known_types
from launchpad_core.plugins import Plugin, State, same_name
from launchpad_core.positions import Position
from launchpad_core.registrations import ApiFormatType, Command, Registration
from launchpad_core.spelling import did_you_mean

_REMEDIES = {
    State.DISABLED: "don't switch {} off",
    State.BROKEN: "pip install --force-reinstall {}",
    State.INCOMPATIBLE: "pip install --upgrade launchpad-core {}",
}
_WRITTEN = {
    "data source": "datasources: {{NAME: {{type: {}}}}}",
    "data sink": "datasinks: {{NAME: {{type: {}}}}}",
    "model type": "model: {{type: {}}}",
    "API format": "api: {{{}: FILE}}",
    "model store": "model_store: {{type: {}}}",
}


def not_provided(
    plugins: Sequence[Plugin],
    registration: type[Registration],
    type_: str,
    *,
    where: Position | None,
    used: Position | None = None,
) -> ConfigError:
    """Return the error for a type that no usable plugin provides.

    Args:
        plugins: All plugins, the unusable ones among them.
        registration: The kind of type that is asked for.
        type_: The type.
        where: Where the config names it.
        used: Where the config uses it, if that is elsewhere.
    """
    subject = _subject(registration, type_)
    if distribution := known_types().get(registration.kind, {}).get(type_):
        return _unusable(plugins, subject, distribution, where)
    if kinds := _kinds(plugins, type_):
        return UnknownType(
            f'type "{type_}" is {" and ".join(map(_one, kinds))}, '
            f"not {_one(registration.kind)}",
            where=used or where,
            hint=" or ".join(_written(kind, type_) for kind in kinds),
        )
    provided = types_provided(plugins, registration.kind)
    known = {*provided, *known_types().get(registration.kind, {})}
    meant = _meant(type_, known)
    suspects = [
        plugin
        for plugin in plugins
        if not plugin.usable and not (meant and plugin.distribution)
    ]
    hints = [*map(_remedy, suspects), meant] if suspects else [meant]
    return UnknownType(
        "; ".join([f"no plugin provides {subject}", *map(_told, suspects)]),
        where=where,
        hint="; ".join(filter(None, hints)) or _install(type_, provided),
    )


def types_provided(plugins: Iterable[Plugin], kind: str) -> set[str]:
    """Return the types of a kind that usable plugins provide."""
    return {
        found.type
        for plugin in plugins
        if plugin.usable
        for found in plugin.registrations
        if found.kind == kind
    }


def clashing(
    registration: type[Registration],
    type_: str,
    plugins: Sequence[Plugin],
    *,
    where: Position | None,
) -> ConfigError:
    """Return the error for a type that several plugins provide."""
    names = list(dict.fromkeys(plugin.shown_name for plugin in plugins))
    if len(names) == 1:
        names = [f'{names[0]} ("{plugin.name}")' for plugin in plugins]
        hint = f"plugins: {{disable: [{plugins[-1].name}]}}"
    elif not plugins[0].distribution:
        hint = f"give them different types, or remove {plugins[-1].name} from plugins:"
    elif registration is Command:
        hint = f"launchpad --no-plugin {names[-1]} {type_}"
    else:
        hint = f"plugins: {{prefer: {{{type_}: {names[0]}}}}}"
    return ClashingTypes(
        f"{_subject(registration, type_)} is provided by {' and '.join(names)}",
        where=where,
        hint=hint,
    )


def not_preferable(
    plugins: Sequence[Plugin],
    type_: str,
    preferred: str,
    providers: Iterable[Plugin],
    *,
    where: Position | None,
) -> ConfigError:
    """Return the error for a preference for somebody who doesn't provide the type.

    Args:
        plugins: All plugins, the unusable ones among them.
        type_: The type.
        preferred: The distribution that the config prefers for it.
        providers: Those that provide it.
        where: Where the config says so.
    """
    says = f'plugins: prefer: {preferred} does not provide "{type_}"'
    for plugin in plugins:
        if plugin.is_called(preferred):
            unusable = f": it is {plugin.state.value}: {plugin.reason}"
            says += "" if plugin.usable else unusable
            break
    else:
        says += ": it is not installed"
    names = " or ".join(plugin.shown_name for plugin in providers)
    return ConfigError(says, where=where, hint=f"prefer {names}")


def unloadable(
    plugin: Plugin,
    registration: Registration,
    error: Exception,
    *,
    where: Position | None,
) -> ConfigError:
    """Return the error for an implementation that can't be imported, or isn't there."""
    module, _, attribute = registration.implementation.partition(":")
    cause = f"{type(error).__name__}: {error}"
    if isinstance(error, AttributeError) and error.name == attribute:
        cause = f"there is no {attribute} in {module}"
    return PluginError(
        f'{_versioned(plugin)} can\'t provide "{registration.type}": {cause}',
        where=where,
        hint=_correction(plugin, module),
    )


def wrong_class(
    plugin: Plugin,
    registration: Registration,
    base: type,
    *,
    where: Position | None,
) -> ConfigError:
    """Return the error for an implementation that isn't of the kind's base class."""
    subject = _subject(type(registration), registration.type)
    address = registration.implementation
    return PluginError(
        f"{_versioned(plugin)} provides {subject} by {address}, "
        f"which is no {base.__name__}",
        where=where,
        hint=_correction(plugin, address.partition(":")[0]),
    )


def _unusable(
    plugins: Sequence[Plugin],
    subject: str,
    distribution: str,
    where: Position | None,
) -> ConfigError:
    says, hint = "which is not installed", f"pip install {distribution}"
    for plugin in plugins:
        if not same_name(plugin.distribution, distribution):
            continue
        if plugin.usable:
            says = f"but not by its version {plugin.version}, which is installed"
            hint = f"pip install --upgrade {distribution}"
        else:
            says = f"which is {plugin.state.value}: {plugin.reason}"
            hint = _remedy(plugin)
            break
    return UnknownType(
        f"{subject} is provided by {distribution}, {says}", where=where, hint=hint
    )


def _kinds(plugins: Iterable[Plugin], type_: str) -> list[str]:
    """Return the kinds that a type is known as, those of sections in their order."""
    return [
        kind
        for kind in _WRITTEN
        if type_ in types_provided(plugins, kind)
        or type_ in known_types().get(kind, {})
    ]


def _meant(type_: str, known: Collection[str]) -> str | None:
    """Return what was probably meant; of ``dbms.sql``, a connection names the end."""
    section, _, name = type_.partition(".")
    if section and name:
        beside = [one.partition(".") for one in known]
        ends = [end for first, _, end in beside if first == section]
        return did_you_mean(name, ends) if ends else did_you_mean(type_, known)
    for one in sorted(known):
        section, dot, name = one.partition(".")
        if dot and type_ in (section, name):
            name = name if type_ == name else "..."
            return f"type: {section}.NAME, with {section}: {{NAME: {{type: {name}}}}}"
    return did_you_mean(type_, [one for one in known if "." not in one])


def _install(type_: str, provided: Iterable[str]) -> str:
    section, dot, _ = type_.partition(".")
    if dot:
        beside = (one for one in provided if one.startswith(f"{section}."))
        shown = {one.partition(".")[2] for one in beside}
    else:
        parts = (one.partition(".") for one in provided)
        shown = {f"{first}.NAME" if dot else first for first, dot, _ in parts}
    named = "".join(f"{one}, " for one in sorted(shown))
    return f"{named}{'or ' if shown else ''}install a plugin that provides it"


def _written(kind: str, type_: str) -> str:
    section, dot, _ = type_.partition(".")
    return _WRITTEN[kind].format(f"{section}.CONNECTION" if dot else type_)


def _remedy(plugin: Plugin) -> str:
    if not plugin.distribution:
        return _remedy_in_project(plugin.name, plugin.reason)
    return _REMEDIES[plugin.state].format(plugin.distribution)


def _remedy_in_project(module: str, reason: str) -> str:
    if not reason.startswith(f"ModuleNotFoundError: No module named '{module}'"):
        return f"correct {module}"
    if module.endswith(".py"):
        return f"name it without .py in plugins:, as {module.removesuffix('.py')}"
    return f"write {module}.py, or correct its name in plugins:"


def _correction(plugin: Plugin, module: str) -> str:
    if not plugin.distribution:
        return f"correct {module}"
    return f"pip install --upgrade {plugin.distribution}, or tell its authors"


def _versioned(plugin: Plugin) -> str:
    return f"{plugin.shown_name} {plugin.version}".rstrip()


def _told(plugin: Plugin) -> str:
    return f"{plugin.shown_name} might, but is {plugin.state.value}: {plugin.reason}"


def _subject(registration: type[Registration], type_: str) -> str:
    if registration is ApiFormatType or registration is Command:
        return f'{registration.kind} "{type_}"'
    return f'type "{type_}"'


def _one(kind: str) -> str:
    return f"an {kind}" if kind[0] in "AEIOUaeiou" else f"a {kind}"
