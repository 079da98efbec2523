"""Print the completion script of a shell, with the words of every command in it.

The script asks `answer.py` at every press of the Tab key, and hands it the table of words made
here. So nothing is said twice, and an answer needs neither Typer nor the house.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from shlex import quote
from typing import Annotated, Any

import typer

from predtrack.cli import exchange
from predtrack.cli.completion import answer
from predtrack.cli.options import among, with_help
from predtrack.cli.session import Session
from predtrack.records.terms import KINDS, ORIGINS, REASONS, STATUSES
from predtrack.reports.listing import SORTS

BASH = """\
# predtrack completion for bash 4 or later: eval "$(predtrack completion bash)"
_predtrack() {
    local said
    COMPREPLY=()
    if said=$(_predtrack_answer bash "${COMP_LINE:0:COMP_POINT}" \
        "${COMP_WORDS[@]:1:COMP_CWORD}"); then
        [[ -z $said ]] || mapfile -t COMPREPLY <<< "$said"
    else
        compopt -o default
    fi
}
complete -F _predtrack predtrack
"""

ZSH = """\
#compdef predtrack
# predtrack completion for zsh, after compinit: eval "$(predtrack completion zsh)"
_predtrack() {
    local said
    if said=$(_predtrack_answer zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}"); then
        [[ -z $said ]] || compadd -- "${(@f)said}"
    else
        _files
    fi
}
compdef _predtrack predtrack
"""

ANSWER = """\
_predtrack_answer() {
    local shell=$1
    shift
    PYTHON -I -S FILE "$shell" TABLE "$@" 2>/dev/null
}
"""

FISH = """\
# predtrack completion for fish: predtrack completion fish | source
function __predtrack_answer
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    PYTHON -I -S FILE fish TABLE $words[2..] "$current" 2>/dev/null
    or __fish_complete_path "$current"
end
complete -c predtrack -f -a '(__predtrack_answer)'
"""

SCRIPTS = {"bash": BASH + ANSWER, "zsh": ZSH + ANSWER, "fish": FISH}


@with_help(
    """Print the script that makes a shell complete commands, options, ids, tags and names.

    Example: predtrack completion bash
    """
)
def completion(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Run `predtrack completion`: what it does, its help says above."""
    among([shell], tuple(SCRIPTS), "SHELL")
    session: Session = context.obj
    session.screen.lines(script(shell, table(context.find_root().command)).splitlines())


def script(shell: str, words: str) -> str:
    """Return the script for a shell, with the table of words in it."""
    mark = _fish if shell == "fish" else quote
    places = {"PYTHON": sys.executable, "FILE": answer.__file__, "TABLE": words}
    text = SCRIPTS[shell]
    for name, value in places.items():
        text = text.replace(f" {name} ", f" {mark(value)} ")
    return text


def _fish(value: str) -> str:
    """Return the value in single quotes as fish reads them."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def table(program: Any) -> str:
    """Return the words of every command, a line each: see `answer.rows`."""
    lines = [["", *_cells(program)]]
    lines += [[name, *_cells(command)] for name, command in program.commands.items()]
    return "\n".join("\t".join(line) for line in lines)


def _cells(command: Any) -> Iterator[str]:
    """Yield the arguments of a command, then its options, each with the kind of its value."""
    kinds = arguments(command.name)
    for each in command.params:
        if each.param_type_name == "argument":
            more = answer.MORE if each.nargs == -1 else ""
            yield kinds.get(each.metavar.strip("[]."), answer.NOTHING) + more
    for each in command.params:
        if each.param_type_name == "option":
            kind = "" if each.is_flag else f"={_kind(each)}"
            yield from (f"{name}{kind}" for name in each.opts)
    yield "--help"


def _kind(option: Any) -> str:
    """Return the kind of an option's value; no record holds a column or a name of another file."""
    if option.metavar in {"COLUMN", "NAME=SHOWN"}:
        return answer.NOTHING
    return options().get(option.opts[0], answer.NOTHING)


def arguments(command: str) -> dict[str, str]:
    """Return the kinds of a command's arguments, by what help calls them."""
    from predtrack.check import explanations
    from predtrack.importers import FORMATS

    return {
        "ID": "@ids",
        "ANSWER": "yes|no|void",
        "FORMAT": "|".join(FORMATS if command == "import" else exchange.EXPORTED),
        "FOLDER": "@files",
        "FILE": "@files",
        "TABLE": "@files",
        **dict.fromkeys(("BASE", "OURS", "THEIRS"), "@files"),
        "SHELL": "|".join(SCRIPTS),
        "NAME": "|".join(dict.fromkeys(each.name for each in explanations())),
    }


def options() -> dict[str, str]:
    """Return the kinds of what options take, by the option."""
    from predtrack.phrases import TABLES
    from predtrack.reports.scores import RULES
    from predtrack.views.explanations import EXPLANATIONS

    return {
        "--at": "first|last",
        "--by": "@by",
        "--color": "auto|always|never",
        "--explain": "|".join(EXPLANATIONS),
        "--family": "@family",
        "--folder": "@files",
        "--judge": "@by",
        "--kind": "|".join(KINDS),
        "--origin": "|".join(ORIGINS),
        "--output": "@files",
        "--path": "@files",
        "--reason": "|".join(REASONS),
        "--rule": "|".join(RULES),
        "--sort": "|".join(SORTS),
        "--status": "|".join((*STATUSES, "all")),
        "--table": "|".join(exchange.TABLES),
        "--tag": "@tags",
        "--verbal": "|".join(TABLES),
    }
