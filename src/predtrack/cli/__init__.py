"""Run the commands: take arguments and clock, call the rooms below, print, exit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from typing import Annotated

import typer

from predtrack import __version__
from predtrack.cli import screen, session
from predtrack.cli.options import among, help_of
from predtrack.cli.screen import Screen
from predtrack.cli.session import Session
from predtrack.errors import InvalidRecordError, NotFoundError, PredtrackError, RefusedError
from predtrack.views.text import visible

COMMANDS = {
    "list": "lists.list_",
    "show": "lists.show",
    "due": "lists.due",
    "stats": "lists.stats",
    "add": "forecasts.add",
    "update": "forecasts.update",
    "withdraw": "forecasts.withdraw",
    "edit": "folders.edit",
    "resolve": "outcomes.resolve",
    "reopen": "outcomes.reopen",
    "score": "reports.score",
    "report": "reports.report",
    "calibrate": "reports.calibrate",
    "export": "exchange.export",
    "import": "exchange.import_",
    "merge": "merging.merge",
    "check": "files.check",
    "schema": "files.schema",
    "completion": "completion.completion",
    "init": "folders.init",
}
"""Where each command is: only the one that is asked for is imported."""


def command(name: str) -> Callable[..., object]:
    """Return the function of a command."""
    module, function = COMMANDS[name].split(".")
    handler: Callable[..., object] = getattr(import_module(f"predtrack.cli.{module}"), function)
    return handler


HELP = """\
Keep predictions as YAML records in git; score them honestly.

Without a command: list what is open and due."""


def main(
    context: typer.Context,
    folder: Annotated[
        str | None,
        typer.Option(help="The folder of records.", show_default="the nearest predictions/"),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="The day that everything is counted for.", metavar="DATE")
    ] = None,
    color: Annotated[str, typer.Option(help="auto, always or never.")] = "auto",
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing: say what is missing, and stop.")
    ] = False,
    version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> None:
    """Begin a run, for all of which the options before a command hold."""
    among([color], ("auto", "always", "never"), "--color")
    context.obj = Session(folder, as_of, Screen(color), may_ask=not no_input)
    context.call_on_close(lambda: _end(context.obj))
    if version:
        context.obj.screen.lines([f"predtrack {__version__}"])
    elif context.invoked_subcommand is None:
        command("list")(context)


def _end(run: Session) -> None:
    """Flush all output; only then keep what was read for the next run."""
    screen.finish()
    with suppress(KeyboardInterrupt):  # what matters is done
        run.keep()


def app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the program with some of its commands, as a rule with all."""
    program = typer.Typer(
        name="predtrack",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    program.callback(invoke_without_command=True, help=HELP)(main)
    for name in names:
        function = command(name)
        program.command(name, help=help_of(function))(function)
    return program


def asked_for(words: list[str]) -> Iterable[str]:
    """Return the command that hoisted words ask for; all where that is unclear or all are shown.

    >>> list(asked_for(["--as-of", "2027-01-01", "show", "x"])), list(asked_for([]))
    (['show'], ['list'])
    """
    left = list(words)
    while left and left[0].split("=")[0] in (*ANYWHERE, *FLAGS):
        word = left.pop(0)
        if word in ANYWHERE:
            del left[:1]
    name = left[0] if left else "list"
    return [name] if name in COMMANDS and name != "completion" else COMMANDS


INTERRUPTED = 130
NO_MEMORY = (
    "there is not enough memory for this; no file is half written, and what was shown as changed"
    " is; narrow what is asked for, or free some memory"
)
ANYWHERE = ("--folder", "--as-of", "--color")  # with a value
FLAGS = ("--no-input",)


def hoisted(words: list[str]) -> list[str]:
    """Return the words with the options that hold for every command moved before it.

    >>> hoisted(["list", "--as-of", "2027-01-01", "--tag", "ai", "--color=never"])
    ['--as-of', '2027-01-01', '--color=never', 'list', '--tag', 'ai']
    """
    first: list[str] = []
    rest: list[str] = []
    left = list(words)
    while left and left[0] != "--":
        word = left.pop(0)
        if word in ANYWHERE:
            if not left:  # nothing is said: let that be the mistake that is named
                return [*first, word]
            first += [word, left.pop(0)]
        else:
            (first if word.split("=")[0] in (*ANYWHERE, *FLAGS) else rest).append(word)
    return [*first, *rest, *left]


def run(words: list[str]) -> int:
    """Run the program with the words of its command line, and return its exit code."""
    try:
        ordered = hoisted(words)
        code = app(asked_for(ordered))(ordered, standalone_mode=False, prog_name="predtrack")
        screen.finish()
    except PredtrackError as error:
        return _refused(error)
    except typer.TyperException as error:
        return _misused(error)
    except (BrokenPipeError, SystemExit):  # Typer exits where the reader of the output is gone
        screen.discard()
        return 0
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except FileNotFoundError:
        if session.is_somewhere():
            raise
        return _refused(NotFoundError(session.NOWHERE))
    except MemoryError:  # what was in it is free again by now
        return _refused(RefusedError(NO_MEMORY))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        if not _distrusted():
            raise
        return 5
    if code == INTERRUPTED:  # Typer catches most interrupts, and answers with it in silence
        Screen().say("interrupted; no file is half written, and what was shown as changed may be")
    return code if isinstance(code, int) else 0


def _distrusted() -> bool:
    """Remove the cache of the folder if this run has read it, and return whether it has.

    The cache may be what went wrong. If it was not, the next run goes without it, and shows the
    mistake for what it is.
    """
    index = sys.modules.get("predtrack.store.index")
    path = index.distrust() if index else ""
    if path:
        with suppress(OSError):
            screen.discard()
        message = "what was kept of the folder for a quicker start is damaged, and was taken away"
        Screen().say(f"predtrack: {message} ({visible(path)}); run the command again")
    return bool(path)


def _refused(error: PredtrackError) -> int:
    run = Session()
    if isinstance(error, InvalidRecordError):
        run.name_problems(error.problems)
    run.screen.say("predtrack: " + "\n".join(map(visible, str(error).split("\n"))))
    try:
        screen.finish()
    except PredtrackError:
        screen.discard()
    return error.exit_code


def _misused(error: typer.TyperException) -> int:
    message = error.format_message()
    sentence = visible(message.rstrip("."))
    negative = any(message.startswith(f"No such option: -{digit}") for digit in "0123456789.")
    remedy = "put -- before a negative number" if negative else "see predtrack --help"
    Screen().say(f"predtrack: {sentence}; {remedy}")
    return getattr(error, "exit_code", 2)
