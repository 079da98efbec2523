"""Completion: what the Tab key offers, from names alone, in every shell that there is."""

from __future__ import annotations

import doctest
import os
import pty
import runpy
import select
import shutil
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
import typer

from predtrack.cli import COMMANDS, app
from predtrack.cli import completion as scripts
from predtrack.cli.completion import answer
from predtrack.importers import FORMATS
from predtrack.records.terms import STATUSES
from test_cli import program

TABLE = scripts.table(typer.main.get_command(app()))

RECORD = """\
claim: It rains
kind: binary
family: {family}
tags: {tags}
forecasts:
  - by: {by}
    made: 2026-01-01
    probability: 70%
"""


def put(folder: Path, identity: str, **fields: str) -> None:
    """A record in a folder, with what is scanned for in it."""
    given = {"family": "rains", "tags": "[ai]", "by": "Ada Example"} | fields
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{identity}.yaml").write_text(RECORD.format(**given), "utf-8")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with two records, one in a folder below."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREDTRACK_FOLDER", raising=False)
    folder = tmp_path / "predictions"
    put(folder, "rain", tags="[ai, 'new york']")
    put(folder / "deep", "rain-2027", by='"Ben O\'Neil"', family="other", tags="\n  - ai\n  - sun")
    (folder / "README.md").write_text("tags: [no]\n")
    return tmp_path


def offered(*words: str) -> list[str] | None:
    """What is offered for the last of the words."""
    return answer.completions(TABLE, list(words[:-1]), words[-1])


def test_every_command_is_offered_and_nothing_else_where_a_command_may_stand() -> None:
    assert offered("") == list(COMMANDS)
    assert offered("re") == [name for name in COMMANDS if name.startswith("re")]
    assert offered("--folder", "x", "--color=never", "sco") == ["score"]


def test_every_option_of_a_command_is_offered_and_those_of_the_program_too() -> None:
    command = typer.main.get_command(app()).commands["list"]
    own = [name for each in command.params for name in each.opts]
    everywhere = ["--folder", "--as-of", "--color", "--no-input", "--version"]
    assert set(offered("list", "-") or []) == {*own, *everywhere, "--help"}
    assert offered("list", "--st") == ["--status"]
    assert offered("--as") == ["--as-of"]
    assert offered("list", "--", "--st") == []


def test_where_no_argument_is_left_the_options_are_offered() -> None:
    assert "--json" in (offered("show", "rain", "") or [])
    assert offered("show", "--", "rain", "") == []


def test_behind_what_is_no_command_nothing_is_offered() -> None:
    assert offered("shwo", "") == []
    assert offered("shwo", "-") == []


@pytest.mark.parametrize("command", ["show", "resolve", "reopen", "update", "withdraw", "edit"])
def test_an_id_is_offered_for_each_command_that_takes_one(command: str, here: Path) -> None:
    assert offered(command, "") == ["rain", "rain-2027"]
    assert offered(command, "rain-") == ["rain-2027"]
    assert offered(command, "snow") == []


def test_an_argument_that_may_repeat_is_offered_again(here: Path) -> None:
    assert offered("score", "rain", "rain-2027", "--limit", "3", "ra") == ["rain", "rain-2027"]


def test_the_answer_of_a_prediction_is_offered_after_its_id() -> None:
    assert offered("resolve", "rain", "") == ["yes", "no", "void"]
    assert offered("resolve", "--force", "--note", "--", "rain", "v") == ["void"]


def test_a_value_is_offered_behind_its_option_and_behind_its_sign() -> None:
    every = [*STATUSES, "all"]
    assert offered("list", "--status", "") == every
    assert offered("list", "--status=") == [f"--status={word}" for word in every]
    assert offered("list", "--status=o") == ["--status=open"]
    assert offered("list", "--kind", "b") == ["binary"]
    assert offered("--color", "al") == ["always"]
    assert offered("report", "--origin", "dis") == ["disputed"]
    assert offered("completion", "") == list(scripts.SCRIPTS)
    assert offered("check", "--explain", "two") == ["two-claims"]


def test_of_a_value_that_nobody_can_know_nothing_is_offered() -> None:
    assert offered("list", "--until", "") == []
    assert offered("add", "") == []
    assert offered("calibrate", "x.csv", "--family", "") == []
    assert offered("import", "csv", "x.csv", "--by", "") == []


@pytest.mark.parametrize(
    "words", [("calibrate", ""), ("--folder", "pre"), ("export", "csv", "-o", ""), ("init", "")]
)
def test_where_a_file_is_meant_the_shell_offers_files(words: tuple[str, ...]) -> None:
    assert offered(*words) is None


def test_tags_families_and_forecasters_are_those_of_the_records(here: Path) -> None:
    assert offered("list", "--tag", "") == ["ai", "new york", "sun"]
    assert offered("list", "--family", "o") == ["other"]
    assert offered("list", "--by", "") == ["Ada Example", "Ben O'Neil"]
    assert offered("resolve", "rain", "yes", "--judge=Ada") == ["--judge=Ada Example"]


@pytest.mark.parametrize(
    ("text", "key", "found"),
    [
        ("tags: [a, \"b c\" , 'd']\n", "tags", {"a", "b c", "d"}),
        ("tags: ['a, b', \"c, d]\", it's, e]\n", "tags", {"a, b", "c, d]", "it's", "e"}),
        ("tags:\n  - a\n  - 'b'\nfamily: f\n", "tags", {"a", "b"}),
        ("tags:\n- a  # first\nnote: - b\n", "tags", {"a"}),
        ("tags: []\nfamily: # none\n", "tags", set()),
        ("\ufefffamily: f\n", "family", {"f"}),
        ("{claim: x,\n family: f}\n", "family", {"f"}),
        ("forecasts: \n  - by: A\n  - made: 2026-01-01\n    by: B # b\n", "by", {"A", "B"}),
        ("forecasts:\n  - {by: A, made: 2026-01-01}\n", "by", {"A"}),
        ("note: said by: nobody\nx-by: no\n", "by", set()),
        ("family:", "family", set()),
    ],
)
def test_what_stands_under_a_key_is_found_by_lines(text: str, key: str, found: set[str]) -> None:
    assert answer.values(text, key) == found


def test_names_that_no_terminal_shows_are_not_offered(here: Path) -> None:
    put(here / "predictions", "hostile", tags='["\\u001b[31mred", "a\x1b[0m", ok]', by="Z\x07")
    (here / "predictions" / "latin.yaml").write_bytes(b"tags: [caf\xe9]\n")
    assert set(offered("list", "--tag", "") or []) >= {"ok", "ai"}
    assert not any("\x1b" in tag or "caf" in tag for tag in offered("list", "--tag", "") or [])
    assert offered("list", "--by", "Z") == []


def test_only_what_can_be_an_id_is_offered(here: Path) -> None:
    folder = here / "predictions"
    for name in (".hidden.yaml", "$(reboot).yaml", "UPPER.yaml", "old.yaml~", "x.yml", ".yaml"):
        (folder / name).touch()
    assert offered("show", "") == ["rain", "rain-2027"]


def test_folders_are_looked_into_as_the_program_does(here: Path) -> None:
    put(here / "predictions" / ".trash", "gone")
    put(here / "elsewhere", "linked", tags="[linked]")
    (here / "predictions" / "link").symlink_to(here / "elsewhere")
    assert offered("show", "") == ["rain", "rain-2027"]
    assert "linked" not in (offered("list", "--tag", "") or [])


def test_the_folder_is_found_as_the_program_finds_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(here / "other", "snow", tags="[cold]")
    assert offered("--folder", "other", "show", "") == ["snow"]
    assert offered("show", "--folder=other", "") == ["snow"]
    monkeypatch.setenv("HOME", str(here))
    assert offered("--folder", "~/other", "list", "--tag", "") == ["cold"]
    (here / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(here / "a" / "b")
    assert offered("show", "rain-") == ["rain-2027"]
    monkeypatch.setenv("PREDTRACK_FOLDER", str(here / "other"))
    assert offered("show", "") == ["snow"]


def test_where_there_is_no_folder_nothing_is_offered_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREDTRACK_FOLDER", str(tmp_path / "none"))
    assert offered("show", "") == []
    assert offered("list", "--tag", "") == []


def test_a_record_that_cannot_be_read_is_passed_over(here: Path) -> None:
    (here / "predictions" / "gone.yaml").symlink_to("nowhere")
    os.mkfifo(here / "predictions" / "pipe.yaml")
    assert offered("list", "--family", "") == ["other", "rains"]


def test_of_very_many_ids_a_part_is_offered_and_its_ends_are_those_of_all(here: Path) -> None:
    for number in range(1000):
        (here / "predictions" / f"many-{number:04}.yaml").touch()
    found = offered("show", "many-") or []
    assert answer.MOST_OFFERED <= len(found) <= answer.MOST_OFFERED + 12
    assert (found[0], found[-1]) == ("many-0000", "many-0999")
    assert offered("show", "many-000") == [f"many-{number:04}" for number in range(10)]
    (here / "predictions" / "many-!.yaml").touch()
    assert (offered("show", "many-") or [])[0] == "many-0000"


def test_no_file_is_opened_for_an_id_and_few_are_for_a_tag(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(answer.MOST_READ * 2):
        put(here / "predictions", f"many-{number:04}")
    opened: list[str] = []
    monkeypatch.setattr(answer, "head", lambda path: opened.append(path) or "tags: [a]\n")
    assert len(offered("show", "") or []) > answer.MOST_READ
    assert opened == []
    assert offered("list", "--tag", "") == ["a"]
    assert len(opened) == answer.MOST_READ


def said(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """The exit code and the output of the program that a shell runs."""
    out = TextIOWrapper(BytesIO(), "utf-8")
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "argv", ["answer.py", words[0], TABLE, *words[1:]])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(answer.__file__, run_name="__main__")
    return int(str(ended.value.code)), out.buffer.getvalue().decode()  # type: ignore[attr-defined]


def test_the_program_answers_a_line_a_word(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(monkeypatch, "zsh", "show", "") == (0, "rain\nrain-2027\n")
    assert said(monkeypatch, "fish", "list", "--by=A") == (0, "--by=Ada Example\n")
    assert said(monkeypatch, "zsh", "calibrate", "") == (answer.FILES_WANTED, "")


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        (("list", "--by", "Ada"), "Ada\\ Example\n"),
        (("list", "--by", "Ada\\ E"), "Ada\\ Example\n"),
        (("list", "--by", '"Ada E'), "Ada Example\n"),
        (("list", "--by", "'Ada"), "Ada Example\n"),
        (("list", "--by", "Ben"), "Ben\\ O\\'Neil\n"),
        (("list", "--by", '"Ben'), "Ben O'Neil\n"),
        (("list", "--by", "'Ben"), ""),
        (("list", "--status", "=", "o"), "open\n"),
        (("list", "--status", "="), "open\ndue\nresolved\nvoid\nall\n"),
        (("list", "--color", "=", "never", "--tag", "a"), "ai\n"),
        (("--folder", '"pre', "x"), ""),
        (("--folder", "'predictions'", "show", "rain-"), "rain-2027\n"),
    ],
)
def test_bash_gets_words_as_it_reads_them(
    words: tuple[str, ...], answered: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(monkeypatch, "bash", "", *words) == (0, answered)


@pytest.mark.parametrize(
    ("line", "pieces", "answered"),
    [
        ("list --tag area:", "list --tag area :", "north\nsouth\n"),
        ("list --tag area:n", "list --tag area : n", "north\n"),
        ("list --tag=area:n", "list --tag = area : n", "north\n"),
        ("list --tag ar", "list --tag ar", "area:north\narea:south\n"),
        ("list --by @ad", "list --by @ ad", "@ada\n"),
        ("list --by=@ad", "list --by =@ ad", "@ada\n"),
        ("list --by ben@", "list --by ben @", "@example.org\n"),
        ("list --tag x:y:", "list --tag x : y :", "z\n"),
        ("list --tag x :", "list --tag x :", ""),
        ('list --tag "area:n', 'list --tag "area:n', "area:north\n"),
        ("list --tag old", "list --tag old", "old\\ town,\\ ny\n"),
        ("list --tag 'old town,", "list --tag 'old town,", None),
        ("list --status=o", "list --status = open", "open\n"),  # behind the cursor stands more
        ("list --status=", "list --status = ", "open\ndue\nresolved\nvoid\nall\n"),
    ],
)
def test_bash_gets_words_whole_that_it_cuts(
    line: str, pieces: str, answered: str | None, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(here / "predictions", "snow", tags='["area:north", "area:south", "x:y:z"]', by='"@ada"')
    put(here / "predictions", "sun", tags='["old town, ny", ok]', by="ben@example.org")
    words = pieces.split(" ")
    if answered is None:
        words, answered = ["list", "--tag", "'old town,"], "old town, ny\n"
    assert said(monkeypatch, "bash", f"predtrack {line}", *words) == (0, answered)


@pytest.mark.parametrize(
    ("name", "opened", "written"),
    [
        ("a$(b)", "", "a\\$\\(b\\)"),
        ("a$(b)", '"', ""),
        ("a$(b)", "'", "a$(b)"),
        ("Zoë", "", "Zoë"),
        ("a`b", '"', ""),
    ],
)
def test_a_name_never_becomes_a_command(name: str, opened: str, written: str) -> None:
    assert answer.quoted(name, opened) == written


def test_the_program_imports_next_to_nothing() -> None:
    text = Path(answer.__file__).read_text("utf-8")
    probe = f"exec({text!r}, {{'__name__': 'probe'}}); import sys; print(*sys.modules)"
    run = [sys.executable, "-I", "-S", "-c", probe]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    unneeded = {"typer", "yaml", "predtrack", "typing", "collections", "argparse", "shutil"}
    assert unneeded & set(done.stdout.split()) == set()


def test_a_script_is_printed_for_each_shell_and_for_no_other() -> None:
    for shell in scripts.SCRIPTS:
        told = program("completion", shell)
        assert (told.code, told.err) == (0, "")
        assert told.out == scripts.script(shell, TABLE)
    refused = program("completion", "tcsh")
    assert (refused.code, refused.out) == (2, "")
    assert '"tcsh" is not one of bash, zsh or fish' in refused.err


def test_a_script_holds_any_path_in_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/a b/it's\\py")
    assert "'/a b/it'\"'\"'s\\py' -I -S" in scripts.script("bash", TABLE)
    assert "'/a b/it\\'s\\\\py' -I -S" in scripts.script("fish", TABLE)


def test_what_help_calls_by_one_name_is_completed_alike() -> None:
    known = answer.rows(TABLE)
    assert known["export"][1]["-o"] == known["export"][1]["--output"] == "@files"
    assert known["import"][0][0] == "|".join(FORMATS) != known["export"][0][0]
    for _, options in known.values():
        for option, kind in options.items():
            assert kind or option in FLAGS, f"{option} takes no value"


FLAGS = {
    each
    for command in [typer.main.get_command(app()), *typer.main.get_command(app()).commands.values()]
    for option in command.params
    if getattr(option, "is_flag", False)
    for each in option.opts
} | {"--help"}


BASH = """\
eval "$(predtrack completion bash)"
COMP_WORDS=(predtrack {words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
COMP_LINE='predtrack {words}'; COMP_POINT=${{#COMP_LINE}}
compopt() {{ echo "files: $*"; }}
_predtrack
for word in "${{COMPREPLY[@]}}"; do echo "$word"; done
"""

ZSH = """\
compdef() {{ :; }}
eval "$(predtrack completion zsh)"
words=(predtrack {words}); CURRENT=${{#words}}; PREFIX=$words[-1]
compadd() {{ shift; print -rl -- "$@"; }}
_files() {{ print files; }}
_predtrack
"""

FISH = """\
predtrack completion fish | source
complete -C 'predtrack {words}'
"""


def run_in(shell: str, text: str) -> str:
    """What a shell prints for a script, with the program on its path."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not here")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "HOME": os.getcwd()}
    flags = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    done = subprocess.run(
        [found, *flags, "-c", text], env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("shell", list(scripts.SCRIPTS))
def test_a_shell_offers_commands_ids_and_values(shell: str, here: Path) -> None:
    text = {"bash": BASH, "zsh": ZSH, "fish": FISH}[shell]
    assert run_in(shell, text.format(words="repor")) == "report\n"
    assert run_in(shell, text.format(words="show rain-2")) == "rain-2027\n"
    assert run_in(shell, text.format(words="list --status o")) == "open\n"
    name = run_in(shell, text.format(words="list --by Ad"))
    assert name == ("Ada\\ Example\n" if shell == "bash" else "Ada Example\n")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_shell_offers_files_where_files_are_meant_and_nothing_where_nothing_is(
    shell: str, here: Path
) -> None:
    text = {"bash": BASH, "zsh": ZSH}[shell]
    assert run_in(shell, text.format(words="calibrate pre")).startswith("files")
    assert run_in(shell, text.format(words="show snow")) == ""


def test_the_examples_in_docstrings_run() -> None:
    assert doctest.testmod(answer) == doctest.TestResults(0, 5)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not here")
@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("list --tag area:n", "<list><--tag><area:north>"),
        ("list --tag=area:n", "<list><--tag=area:north>"),
        ("list --by @a", "<list><--by><@ada>"),
        ("list --by=@a", "<list><--by=@ada>"),
        ("list --by ben@e", "<list><--by><ben@example.org>"),
        ("list --by 'ben@", "<list><--by><ben@example.org>"),
        ("list --tag old", "<list><--tag><old town, ny>"),
        ('list --tag "old t', "<list><--tag><old town, ny>"),
        ("list --status=r", "<list><--status=resolved>"),
    ],
)
def test_a_bash_that_a_person_types_into_completes_whole_words(
    typed: str, becomes: str, here: Path
) -> None:
    put(here / "predictions", "snow", tags='["area:north", "area:south"]', by='"@ada"')
    put(here / "predictions", "sun", tags='["old town, ny", ok]', by="ben@example.org")
    script = program("completion", "bash").out
    (here / "rc").write_text(f"{script}\nPS1='$ '\npredtrack() {{ printf '<%s>' \"$@\"; echo; }}\n")
    assert becomes in typed_into_bash(here / "rc", f"predtrack {typed}\t\nexit\n")


def typed_into_bash(rc: Path, keys: str) -> str:
    """What stands on the terminal of a Bash after some keys."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover  # the child becomes the shell
        os.environ["TERM"] = "dumb"
        os.execlp("bash", "bash", "--noprofile", "--rcfile", str(rc), "-i")
    os.write(terminal, keys.encode())
    text = b""
    while select.select([terminal], [], [], 20)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says so when the other end has closed
            break
        if not part:
            break
        text += part
    os.close(terminal)
    os.waitpid(pid, 0)
    return text.decode()
