"""Declare, once each, the options that several commands share.

`with_filters` and `with_sampling` give a command the options of a filter and of a sampling; the
command itself gets the `Filters` or the `Sampling` that they amount to.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

import typer

from predtrack.cli.session import Session
from predtrack.dates import Span
from predtrack.errors import UsageError, near
from predtrack.phrases import DEFAULT_TABLE
from predtrack.records.terms import KINDS, ORIGINS, STATUSES
from predtrack.reports.listing import Filters

AsJson = Annotated[bool, typer.Option("--json", help="A JSON document whose shape is kept.")]
InFull = Annotated[
    bool, typer.Option("--full", help="Every figure, and the questions that two forecasters share.")
]
Limit = Annotated[
    int | None, typer.Option("--limit", min=0, help="At most so many rows; 0: all.", metavar="N")
]


def _forgive(context: typer.Context, name: str | None) -> str | None:
    """Let nothing else be missing from a command line that asks what a figure means."""
    context.resilient_parsing |= name is not None
    return name


Explain = Annotated[
    str | None,
    typer.Option(
        "--explain",
        metavar="NAME",
        is_eager=True,  # read first, so that it can forgive the rest
        callback=_forgive,
        help="Say what a figure means: a key of --json, or what the page calls it.",
    ),
]
Identity = Annotated[str, typer.Argument(metavar="ID", help="An id, or its beginning.")]

HELP = "help_text"  # the attribute of a command that its help stands in
Command = TypeVar("Command", bound=Callable[..., Any])

_Added = dict[str, tuple[Any, Any]]  # name -> the type that Typer reads, and the default


def _several(name: str, help: str, metavar: str) -> tuple[Any, None]:
    option = typer.Option(name, help=f"{help}; may repeat.", metavar=metavar)
    return Annotated[list[str] | None, option], None


def _single(name: str, help: str, metavar: str, default: str | None) -> tuple[Any, str | None]:
    kind: Any = str if default is not None else str | None
    return Annotated[kind, typer.Option(name, help=help, metavar=metavar)], default


_FILTERS: _Added = {
    "status": _several("--status", "open, due, resolved, void or all", "STATUS"),
    "by": _several("--by", "Only with a forecast by this forecaster", "NAME"),
    "tag": _several("--tag", "Only with this tag", "TAG"),
    "kind": _several("--kind", "binary, choice, numeric or date", "KIND"),
    "family": _several("--family", "Only of this family", "FAMILY"),
    "text": _single("--text", "Only where the text holds this.", "TEXT", ""),
    "made": _single("--made", "The forecast that counts was made then.", "FROM..TO", None),
    "since": _single("--since", "The same from this day on.", "DATE", None),
    "until": _single("--until", "The same up to this day.", "DATE", None),
    "due": _single("--due", "It comes due then.", "FROM..TO", None),
    "decided": _single("--decided", "It was decided then.", "FROM..TO", None),
}

_SAMPLING: _Added = {
    "at": _single("--at", "Which forecast counts: first, lead:30d or last.", "WHEN", "first"),
    "origin": _several("--origin", "stated (default), inferred, assumed, disputed", "ORIGIN"),
    "verbal": _single("--verbal", "The table that maps phrases.", "TABLE", DEFAULT_TABLE),
    "include_early": (
        Annotated[
            bool, typer.Option("--include-early", help="Count what was decided early: biased.")
        ],
        False,
    ),
}


def with_help(text: str) -> Callable[[Command], Command]:
    """Give a command its help: no docstring, since a Python that is run with -OO has none."""

    def helped(command: Command) -> Command:
        setattr(command, HELP, inspect.cleandoc(text))
        return command

    return helped


def help_of(command: Callable[..., Any]) -> str:
    """Return the help of a command, or its docstring where nobody gave it any."""
    return getattr(command, HELP, None) or inspect.getdoc(command) or ""


def with_filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with the options of a filter, which it gets as `filters`."""
    return _with(command, "filters", _FILTERS, _filters)


def with_sampling(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return the command with the options of a sampling, which it gets as `settings`."""
    return _with(command, "settings", _SAMPLING, _sampling)


def _with(
    command: Callable[..., Any], name: str, added: _Added, make: Callable[..., object]
) -> Callable[..., Any]:
    @wraps(command)
    def called(context: typer.Context, **options: Any) -> Any:
        mine = {each: options.pop(each, default) for each, (_, default) in added.items()}
        return command(context, **{name: make(context.obj, **mine)}, **options)

    signature = inspect.signature(command, eval_str=True)
    own = [each for each in signature.parameters.values() if each.name != name]
    more = [
        inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for each, (kind, default) in added.items()
    ]
    called.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    called.__annotations__ = {each.name: each.annotation for each in (*own, *more)}
    return called


def _filters(session: Session, **options: Any) -> Filters:
    words = {name: tuple(options[name] or ()) for name in ("status", "by", "tag", "kind", "family")}
    among(words["status"], (*STATUSES, "all"), "--status")
    among(words["kind"], KINDS, "--kind")
    if words["by"]:
        words["by"] = session.names_shown(words["by"])
    if "all" in words["status"]:
        words["status"] = STATUSES
    return Filters(
        **words,
        text=options["text"].casefold(),
        made=_made(session, options["made"], options["since"], options["until"]),
        due=session.span_of(options["due"], "--due"),
        decided=session.span_of(options["decided"], "--decided"),
    )


def _made(session: Session, both: str | None, since: str | None, until: str | None) -> Span:
    """Return the days in which forecasts were made, by one option or by its two ends."""
    if both is None:
        first = session.day_of(since, "--since", "first")
        return Span(first, session.day_of(until, "--until", "last"))
    if since is not None or until is not None:
        raise UsageError("--made: --since and --until are its two ends; keep --made or those")
    return session.span_of(both, "--made")


def _sampling(session: Session, **options: Any) -> object:
    from predtrack.phrases import TABLES
    from predtrack.reports import sampling

    words = options["origin"] or ["stated"]
    among(words, ORIGINS, "--origin")
    among([options["verbal"]], TABLES, "--verbal")
    return sampling.sampling(
        session.day,
        at=options["at"],
        origins=tuple(each for each in ORIGINS if each in words),
        verbal=options["verbal"],
        include_early=options["include_early"],
    )


def among(words: tuple[str, ...] | list[str], allowed: tuple[str, ...], option: str) -> None:
    """Refuse a word that is not one of those allowed."""
    for word in words:
        if word not in allowed:
            listed = f"{', '.join(allowed[:-1])} or {allowed[-1]}" if allowed[1:] else allowed[0]
            hint = near(word, list(allowed)) or f"write {listed}"
            raise UsageError(f'{option}: "{word}" is not one of {listed}; {hint}')
