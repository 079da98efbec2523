"""The other programs: each is given the same things in its own form, and how it lists them all.

Each lives in an environment of its own, below .bench/, or comes from the system; none sees the
settings of the user. Where one cannot be had, it is absent.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import records
from measuring import progress

BENCH = Path(__file__).parent.parent.parent / ".bench"


class Thing(NamedTuple):
    """What a program other than predtrack can hold of a record."""

    number: int
    title: str
    made: str
    deadline: str
    by: str
    tags: list[str]
    note: str


class Peer(NamedTuple):
    """A program with its things in place, and the command that lists them all."""

    name: str
    words: list[str]
    env: dict[str, str]
    cache: Path | None = None  # what it has read before, if it keeps that


TASKWARRIOR, TODOMAN, PAPIS, HLEDGER, BEANCOUNT = (
    "taskwarrior",
    "todoman",
    "papis",
    "hledger",
    "beancount",
)
TO_GET = {
    TASKWARRIOR: "absent: apt-get install taskwarrior",
    HLEDGER: "absent: apt-get install hledger",
    TODOMAN: "absent: needs a package registry",
    PAPIS: "absent: needs a package registry",
    BEANCOUNT: "absent: needs a package registry",
}
PACKAGES = {
    TODOMAN: ("todoman",),
    PAPIS: ("papis",),
    BEANCOUNT: ("beancount", "beanquery"),
}
PROGRAMS = {
    TASKWARRIOR: "task",
    HLEDGER: "hledger",
    TODOMAN: "todo",
    PAPIS: "papis",
    BEANCOUNT: "bean-query",
}


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a process that has its home, settings and caches below a folder."""
    folders = {
        "HOME": home,
        "XDG_CACHE_HOME": home / "cache",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    named = {name: str(folder) for name, folder in folders.items()}
    return {**named, "PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TERM": "xterm"}


def program(name: str) -> str | None:
    """The path of a peer's program; None where it cannot be had."""
    if name in PACKAGES:
        return environment(name, PACKAGES[name], f"bin/{PROGRAMS[name]}")
    return shutil.which(PROGRAMS[name])


def environment(
    name: str, packages: tuple[str, ...], sign: str, *, marked: bool = False
) -> str | None:
    """The path of a program in an environment of these packages, made the first time.

    It is there once the packages are; a program that is there before them needs a mark beside it.
    """
    root = BENCH / name
    if (root / (".ready" if marked else sign)).exists():
        return str(root / sign)
    progress(f"setting up {root} (once)")
    install = [str(root / "bin" / "python"), "-m", "pip", "install", "--quiet", "--retries", "1"]
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(root)], check=True)
        subprocess.run([*install, *packages], check=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(root, ignore_errors=True)
        return None
    (root / ".ready").touch()
    return str(root / sign)


def version(name: str) -> str:
    """What a peer says about its version, or how to get it."""
    path = program(name)
    if path is None:
        return f"{name}: {TO_GET[name]}"
    with tempfile.TemporaryDirectory() as home:
        env = {**surroundings(Path(home)), "TASKRC": os.devnull}
        words = [path, "--version"]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    said = done.stdout.strip()
    return said if name in said else f"{name} {said}"


def things(count: int) -> Iterator[Thing]:
    """What the generated records say, as far as other programs can hold it."""
    for number, text in enumerate(records.texts(count, ended=0)):
        found = dict(re.findall(r"^(?:  - |    )?([a-z]+): (?!\|)(.+)$", text, re.MULTILINE))
        note = re.search(r"^criteria: \|\n((?:  .+\n)+)", text, re.MULTILINE)
        yield Thing(
            number,
            found["claim"].strip('"'),
            found["made"],
            found.get("deadline", ""),
            found["by"],
            found["tags"].strip("[]").split(", "),
            " ".join(note[1].split()) if note else "",
        )


def prepared(name: str, home: Path, count: int) -> Peer | None:
    """A peer with so many open things in place; None where it cannot be had."""
    path = program(name)
    if path is None:
        return None
    progress(f"giving {count:,} things to {name}")
    home.mkdir(parents=True)
    peer = PREPARED[name](path, home, count)
    must_list(peer.words, peer.env, count)
    return peer


def must_list(words: list[str], env: dict[str, str], count: int) -> None:
    """Stop where a command lists less than it should: some say nothing, and end well."""
    with tempfile.TemporaryFile() as file:
        subprocess.run(words, env=env, check=True, stdout=file, stderr=subprocess.DEVNULL)
        file.seek(0)
        if sum(1 for _ in file) < count:
            raise SystemExit(f"{' '.join(words)} lists less than {count:,} things")


def _taskwarrior(path: str, home: Path, count: int) -> Peer:
    env = {**surroundings(home), "TASKRC": str(home / "taskrc")}
    (home / "taskrc").write_text(
        f"data.location={home / 'tasks'}\nconfirmation=off\nnews.version=2.6.0\n"
    )
    (home / "tasks").mkdir()
    with open(home / "tasks.json", "w", encoding="utf-8") as file:
        for each in things(count):
            task: dict[str, object] = {
                "description": each.title,
                "status": "pending",
                "entry": _compact(each.made),
                "project": each.by,
                "tags": each.tags,
                **({"due": _compact(each.deadline)} if each.deadline else {}),
            }
            if each.note:
                said = {"entry": _compact(each.made), "description": each.note}
                task["annotations"] = [said]
            file.write(json.dumps(task, ensure_ascii=False) + "\n")
    _do([path, "import", str(home / "tasks.json")], env)
    _do([path, "list"], env)  # the first clears up after the import
    return Peer(TASKWARRIOR, [path, "list"], env)


def _compact(day: str) -> str:
    return f"{day.replace('-', '')}T000000Z"


def _todoman(path: str, home: Path, count: int) -> Peer:
    calendar, cache = home / "calendars" / "bench", home / "todoman.db"
    calendar.mkdir(parents=True)
    for each in things(count):
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//bench//EN",
            "BEGIN:VTODO",
            f"UID:{each.number}@bench",
            f"DTSTAMP:{_compact(each.made)}",
            f"CREATED:{_compact(each.made)}",
            f"SUMMARY:{each.title}",
            *([f"DUE;VALUE=DATE:{each.deadline.replace('-', '')}"] if each.deadline else []),
            f"CATEGORIES:{','.join(each.tags)}",
            *([f"DESCRIPTION:{each.note.replace(',', chr(92) + ',')}"] if each.note else []),
            "STATUS:NEEDS-ACTION",
            "END:VTODO",
            "END:VCALENDAR",
        ]
        (calendar / f"{each.number}.ics").write_text("\r\n".join([*lines, ""]), encoding="utf-8")
    settings = {
        "path": str(home / "calendars" / "*"),
        "cache_path": str(cache),
        "date_format": "%Y-%m-%d",
        "time_format": "%H:%M",
        "default_list": "bench",
    }
    text = "".join(f"{name} = {value!r}\n" for name, value in settings.items())
    (home / "config.py").write_text(text)
    return Peer(
        TODOMAN, [path, "--config", str(home / "config.py"), "list"], surroundings(home), cache
    )


def _papis(path: str, home: Path, count: int) -> Peer:
    library = home / "library"
    for each in things(count):
        folder = library / f"{each.number:06}"
        folder.mkdir(parents=True)
        lines = [
            f"title: {each.title}",
            f"author: {each.by}",
            f"papis_id: '{each.number:032x}'",
            f"ref: claim{each.number}",
            "type: misc",
            f"year: {each.made[:4]}",
            f"date: '{each.deadline}'",
            f"tags: [{', '.join(each.tags)}]",
            *([f"abstract: {each.note}"] if each.note else []),
        ]
        (folder / "info.yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")
    env = surroundings(home)
    settings = Path(env["XDG_CONFIG_HOME"]) / "papis" / "config"
    settings.parent.mkdir()
    settings.write_text(f"[settings]\ndefault-library = bench\n[bench]\ndir = {library}\n")
    return Peer(PAPIS, [path, "list", "--all"], env)


def _hledger(path: str, home: Path, count: int) -> Peer:
    journal = home / "bench.journal"
    with open(journal, "w", encoding="utf-8") as file:
        for each in things(count):
            due = f"  ; due:{each.deadline}" if each.deadline else ""
            file.write(f"{each.made} ! {each.title}{due}\n")
            file.writelines(f"    ; {tag}:\n" for tag in each.tags)
            file.write(f"    stated:{each.by}  1 EUR\n    claims\n\n")
    return Peer(HLEDGER, [path, "-f", str(journal), "register", "stated"], surroundings(home))


def _beancount(path: str, home: Path, count: int) -> Peer:
    ledger = home / "bench.beancount"
    with open(ledger, "w", encoding="utf-8") as file:
        file.write("2020-01-01 open Assets:Stated\n2020-01-01 open Income:Claims\n")
        for each in things(count):
            tags = " ".join(f"#{tag}" for tag in each.tags)
            file.write(f'{each.made} ! "{each.by}" "{each.title}" {tags}\n')
            file.write(f"  due: {each.deadline}\n" if each.deadline else "")
            file.write("  Assets:Stated  1 EUR\n  Income:Claims\n")
    asked = "SELECT date, narration WHERE account = 'Assets:Stated'"
    return Peer(BEANCOUNT, [path, str(ledger), asked], surroundings(home))


PREPARED = {
    TASKWARRIOR: _taskwarrior,
    TODOMAN: _todoman,
    PAPIS: _papis,
    HLEDGER: _hledger,
    BEANCOUNT: _beancount,
}


def _do(words: list[str], env: dict[str, str]) -> None:
    subprocess.run(words, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
