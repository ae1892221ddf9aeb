"""What the module of a project-local plugin holds, and what of it is to be kept."""

from __future__ import annotations

import ast
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from launchpad_core import hookspecs
from launchpad_core.errors import LaunchpadError, PluginError
from launchpad_core.plugins import Plugin
from launchpad_core.positions import Position, shown_path
from launchpad_core.registrations import Registration


@dataclass(frozen=True)
class LocalModule:
    """A project-local plugin that is one file.

    Attributes:
        name: The module's name, as the config lists it.
        path: Its file.
        text: The file's text.
        registrations: What it provides.
        folder: The folder of the project.
        loaded: The module itself.
    """

    name: str
    path: Path
    text: str
    registrations: tuple[Registration, ...]
    folder: Path
    loaded: ModuleType

    @classmethod
    def of(cls, plugin: Plugin, folder: Path) -> LocalModule:
        """Return the module of a plugin of a project.

        Raises:
            LaunchpadError: When it can't be used, provides nothing, or isn't one file.
        """
        if not plugin.usable or plugin.module is None:
            raise PluginError(
                f"{plugin.shown_name} is {plugin.state.value}: {plugin.reason}",
                where=plugin.where,
            )
        if not plugin.registrations:
            raise PluginError(
                f"{plugin.shown_name} provides nothing",
                where=plugin.where,
                hint='serves = ["..."] in its class',
            )
        path = Path(plugin.module.__file__ or "")
        if path.name == "__init__.py" or path.suffix != ".py":
            raise LaunchpadError(
                f"{plugin.shown_name} is not a single file with Python code: "
                f"{shown_path(path)}",
                hint="move what it provides into one module",
            )
        with tokenize.open(path) as file:
            text = file.read()
        return cls(
            plugin.name,
            path,
            text,
            plugin.registrations,
            folder.resolve(),
            plugin.module,
        )

    @property
    def stem(self) -> str:
        """The name without that of the folder that it is in."""
        return self.name.rpartition(".")[2]

    @cached_property
    def tree(self) -> ast.Module:
        """The module's syntax."""
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """The modules that it imports, and on which lines; relative ones with dots."""
        return tuple(_imports(self.tree))

    def check_stands_alone(self) -> None:
        """Check that the module can be imported where the project isn't.

        Raises:
            LaunchpadError: When it uses other modules of the project.
        """
        for module, line in self.imports:
            if self._is_of_project(module):
                raise LaunchpadError(
                    f"it imports {module}, another module of the project",
                    where=Position(shown_path(self.path), line),
                    hint=f"move what it needs of it into {self.path.name}",
                )
        for registration in self.registrations:
            module = registration.implementation.partition(":")[0]
            if module != self.name and self._is_of_project(module):
                raise LaunchpadError(
                    f'its {registration.kind} "{registration.type}" is in {module}, '
                    "another module of the project",
                    where=Position(shown_path(self.path), 1),
                    hint=f"move {registration.implementation} into {self.path.name}",
                )

    @property
    def uses_its_place(self) -> bool:
        """Whether it looks for files beside itself, which don't come along."""
        return any(_is_name(node, "__file__") for node in ast.walk(self.tree))

    def implements(self, address: str, method: str, *, base: type) -> bool:
        """Whether a class has a method of its own, and not that of the base class."""
        where, _, attribute = address.partition(":")
        found = getattr(self.loaded, attribute, None) if where == self.name else None
        return getattr(found or base, method) is not getattr(base, method)

    def implementation(self) -> str:
        """Return the text without what the table of contents says from now on.

        These are the hooks, what is imported only for them, and ``serves``.
        """
        gone = [*self._hooks(), *self._serves()]
        used = {node.id for node in _walked(self.tree, without=gone)}
        hooks_use = {node.id for hook in gone for node in _names(hook)}
        lines = self.text.splitlines(keepends=True)
        changes = [(_lines(node), "") for node in gone]
        for node in self.tree.body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                kept = [
                    alias
                    for alias in node.names
                    if _bound(alias) in used or _bound(alias) not in hooks_use
                ]
                if len(kept) < len(node.names):
                    changes.append((_lines(node), _import(node, kept)))
        for (first, last), text in sorted(changes, reverse=True):
            while text == "" and first and not lines[first - 1].strip():
                first -= 1  # the empty lines before it
            opens = text == "" and first and lines[first - 1].rstrip().endswith(":")
            while opens and last < len(lines) and not lines[last].strip():
                last += 1  # those after it, where it was the first of its class
            lines[first:last] = [text] if text else []
        return "".join(lines).lstrip("\n").rstrip() + "\n"

    def _hooks(self) -> Iterator[ast.stmt]:
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef) and hasattr(hookspecs, node.name):
                yield node

    def _serves(self) -> Iterator[ast.stmt]:
        if ".serves" in self.text:
            return  # somebody reads it
        for node in self.tree.body:
            if not isinstance(node, ast.ClassDef) or len(node.body) == 1:
                continue
            yield from filter(_is_serves, node.body)

    def _is_of_project(self, module: str) -> bool:
        if module.startswith("."):
            return True
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names:
            return False
        beside = self.folder / top
        package = beside / "__init__.py"
        return beside.with_name(f"{top}.py").is_file() or package.is_file()


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), node.lineno


def _is_serves(node: ast.stmt) -> bool:
    targets: list[Any] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return len(targets) == 1 and _is_name(targets[0], "serves")


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _names(node: ast.AST) -> Iterator[ast.Name]:
    return (found for found in ast.walk(node) if isinstance(found, ast.Name))


def _walked(tree: ast.AST, *, without: Iterable[ast.AST]) -> Iterator[ast.Name]:
    left_out = {id(found) for node in without for found in ast.walk(node)}
    return (name for name in _names(tree) if id(name) not in left_out)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _lines(node: Any) -> tuple[int, int]:
    decorators = getattr(node, "decorator_list", [])
    first = min(part.lineno for part in (node, *decorators))
    return first - 1, node.end_lineno


def _import(node: ast.Import | ast.ImportFrom, kept: list[ast.alias]) -> str:
    if not kept:
        return ""
    left: Any = type(node)(**{**vars(node), "names": kept})
    return ast.unparse(left) + "\n"
