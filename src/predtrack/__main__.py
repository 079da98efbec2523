"""The one way in and the one way out of the program, with the net that is below all of it.

The net is up before anything else of the program is imported: from then on an interrupt ends with
a sentence and 130, and never with a traceback. What Python itself does before the first line here
no program can catch; so this module, and the package that it lies in, import nothing at their top
that is not there already.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # as of `typing`, which would have to be imported first
    from types import FrameType

INTERRUPTED = 130
REFUSED = 5
EARLY = "interrupted; nothing was changed"
AMIDST = "interrupted; no file is half written, and what was shown as changed may be"
LATE = "interrupted; the command had ended"
NO_MEMORY = (
    "predtrack: there is not enough memory; no file is half written, and what was shown as changed"
    " is; free some of it"
)

_interrupts: list[int] = []
"""The interrupts that came while a command ran: what fails after one of them failed by it."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:  # asked for by scripts, and often: it needs no imports
        from predtrack import __version__

        try:
            sys.stdout.write(f"predtrack {__version__}\n")
            sys.stdout.flush()
        except (OSError, ValueError, AttributeError):
            pass  # it is told as for any command
        else:
            return
    import gc

    # A run is short, and what it makes stays: to look for garbage at every turn is lost time.
    gc.set_threshold(500_000, 50, 100)
    from predtrack.cli import run

    _let_interrupts(_end_early, _stop)
    sys.exit(run(sys.argv[1:]))


def script() -> None:
    """Run the command line, and end at once: to take everything apart would take 10 ms and more.

    What was written is out, and what asked to be called at the end is called.
    """
    try:
        _let_interrupts(None, _end_early)
        sys.unraisablehook = _unraisable
        code = _code()
        _let_interrupts(_stop, _end_late)
        _leave(code)
    except BaseException as error:
        if _is_starved(error):
            _end(NO_MEMORY, REFUSED)
        if _interrupts or isinstance(error, KeyboardInterrupt):  # it may come as another error
            _end(AMIDST)
        raise


def _is_starved(error: BaseException) -> bool:
    """Return whether something failed for want of memory: an import says it in its own words."""
    words = str(error).lower() if isinstance(error, ImportError) else ""
    return isinstance(error, MemoryError) or "map segment" in words or "allocate memory" in words


def _code() -> object:
    try:
        main()
    except SystemExit as ended:
        return ended.code
    return 0


def _leave(code: object) -> None:
    """End with an exit code, all streams flushed."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        sys.exit(code)  # type: ignore[arg-type]  # the interpreter says what went wrong
    import atexit

    atexit._run_exitfuncs()
    os._exit(code if isinstance(code, int) else 0)


def _let_interrupts(now: object, do: object) -> None:
    """Hand interrupts to another handler, if they go where is said: by None, to Python's own.

    So nothing is caught that whoever started the program lets pass, as `nohup` does. The module
    is the one below `signal`, which takes a millisecond to import: the net is not up in it.
    """
    import _signal  # type: ignore[import-not-found]  # a module of the interpreter's own

    if _signal.getsignal(_signal.SIGINT) is (now or _signal.default_int_handler):
        _signal.signal(_signal.SIGINT, do)


def _end_early(_signal: int, _frame: "FrameType | None") -> None:
    """End at once: no command has begun."""
    _end(EARLY)


def _stop(signal: int, _frame: "FrameType | None") -> None:
    """Stop the command; it says itself what of it is done."""
    _interrupts.append(signal)
    raise KeyboardInterrupt


def _end_late(_signal: int, _frame: "FrameType | None") -> None:
    """End at once: the command has done its work."""
    _end(LATE)


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """End where an interrupt met a place that can raise nothing: Python would print it and go on.

    Such places are the callbacks of weak references, of which each import has one.
    """
    if _interrupts and isinstance(lost.exc_value, KeyboardInterrupt):
        _end(AMIDST)
    sys.__unraisablehook__(lost)


def _end(sentence: str, code: int = INTERRUPTED) -> None:
    """Say a sentence, if there is anybody to hear it, and end at once."""
    if sys.stderr is not None:  # else another file may have its number
        try:  # not `suppress`: its module would have to be imported first
            os.write(2, f"{sentence}\n".encode())
        except OSError:
            os._exit(code)
    os._exit(code)


if __name__ == "__main__":
    script()
