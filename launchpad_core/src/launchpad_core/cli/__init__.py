"""The ``launchpad`` command: options, and commands that plugins provide."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import IO, Any

import click

from launchpad_core.errors import ConfigError, LaunchpadError
from launchpad_core.invocation import Invocation
from launchpad_core.plugins import (
    NO_PLUGIN,
    Switches,
    disabled_by_environment,
    load_plugins,
)
from launchpad_core.registrations import Command
from launchpad_core.registry import Registry
from launchpad_core.spelling import did_you_mean

OLDER_FLAGS = {
    "train_flag": "train",
    "retest_flag": "retest",
    "api_flag": "api",
    "predict_file": "predict",
    "raml_source": "generate-raml",
}


class PluginCommands(click.Group):
    """A group whose commands are registrations: imported when they are run."""

    def registry(self, ctx: click.Context) -> Registry:
        """Return the registry of installed plugins; no config is read for it."""
        if "registry" not in ctx.meta:
            switches = Switches(disabled=disabled_by_environment())
            ctx.meta["registry"] = Registry(load_plugins(switches))
        registry: Registry = ctx.meta["registry"]
        return registry

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(self.registry(ctx).types(Command))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or by the beginning of only one name."""
        known = self.list_commands(ctx)
        matches = [name for name in known if name.startswith(cmd_name)]
        name = cmd_name if cmd_name in known else ""
        if len(matches) == 1:
            name = matches[0]
        elif matches and not name:
            ctx.fail(f'"{cmd_name}" is ambiguous: {", ".join(matches)}')
        if not name:
            return None
        registry = self.registry(ctx)
        command = registry.load(registry.provider(Command, name))
        if not isinstance(command, click.Command):
            raise LaunchpadError(f'the plugin for "{name}" provides no click command')
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, by its full name."""
        command = self.get_command(ctx, args[0])
        if command is None:
            hint = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f'no command "{args[0]}"' + (f"; {hint}" if hint else ""))
        return command.name, command, args[1:]

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands by their registered summaries, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_summaries(self.registry(ctx))))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong is told in words."""
        try:
            return super().invoke(ctx)
        except LaunchpadError as error:
            raise Told(
                str(error), error.exit_status, located=bool(error.where)
            ) from error
        except click.NoSuchOption as error:
            name = error.option_name
            if any(name in option.opts for option in self.params):
                raise click.UsageError(
                    f"the option {name} stands before the command: "
                    f"launchpad {name} ... {ctx.invoked_subcommand}",
                    error.ctx,
                ) from error
            raise
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except BrokenPipeError:
            raise
        except Exception as error:
            if ctx.params.get("verbose"):
                import traceback

                traceback.print_exc()
            raise Told(
                f"{type(error).__name__}: {error}\n"
                "  this is a fault in launchpad or in a plugin; "
                "launchpad -v shows where",
            ) from error


class Told(click.ClickException):
    """An error on its way to the terminal."""

    def __init__(
        self, message: str, exit_status: int = 1, *, located: bool = False
    ) -> None:
        super().__init__(message)
        self.exit_code = exit_status  # type: ignore[misc]
        self.located = located

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the error to stderr; one with a position begins with it."""
        text = self.message if self.located else f"Error: {self.message}"
        click.echo(text, file=file or sys.stderr)


def _summaries(registry: Registry) -> Iterator[tuple[str, str]]:
    for name in registry.types(Command):
        try:
            provider = registry.provider(Command, name)
        except ConfigError as error:
            yield name, error.message
        else:
            yield name, provider.registration.summary


def _switch_off(
    _: click.Context, __: click.Parameter, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Pass the names on by the environment, so that server processes know them too."""
    if names:
        before = os.environ.get(NO_PLUGIN, "")
        os.environ[NO_PLUGIN] = " ".join([before, *names]).strip()
    return names


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        import importlib_metadata

        click.echo(f"launchpad {importlib_metadata.version('launchpad-core')}")
        ctx.exit()


@click.group(
    cls=PluginCommands,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
)
@click.option(
    "--config",
    "-c",
    metavar="FILE",
    help="The config. [default: LAUNCHPAD_CFG, else ./LAUNCHPAD_CFG.yml]",
)
@click.option(
    "--log-config",
    "-l",
    metavar="FILE",
    help="The logging config. [default: LAUNCHPAD_LOG, else ./LAUNCHPAD_LOG.yml]",
)
@click.option(
    "--no-plugin",
    multiple=True,
    metavar="NAME",
    is_eager=True,
    expose_value=False,
    callback=_switch_off,
    help="Leave a plugin out; may be given several times.",
)
@click.option("--verbose", "-v", is_flag=True, help="Log debug messages.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.option("-t", "train_flag", is_flag=True, hidden=True)
@click.option("-r", "retest_flag", is_flag=True, hidden=True)
@click.option("-a", "api_flag", is_flag=True, hidden=True)
@click.option("-p", "predict_file", hidden=True)
@click.option("-g", "raml_source", hidden=True)
@click.pass_context
def main(
    ctx: click.Context,
    /,
    config: str | None,
    log_config: str | None,
    verbose: bool,
    **older: Any,
) -> None:
    """Train, test and publish machine learning models."""
    ctx.obj = Invocation(config, log_config, verbose)
    asked = [(OLDER_FLAGS[flag], value) for flag, value in older.items() if value]
    if ctx.invoked_subcommand is None and not asked:
        click.echo(ctx.get_help())
        ctx.exit(0 if len(sys.argv) == 1 else 2)
    if asked and (ctx.invoked_subcommand or len(asked) > 1):
        ctx.fail("give one command at a time")
    for name, value in asked:
        command = main.get_command(ctx, name)
        assert command is not None
        args = [] if value is True else [value]
        with command.make_context(name, args, parent=ctx) as own:
            command.invoke(own)
