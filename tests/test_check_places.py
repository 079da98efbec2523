"""Where checks run besides the command line: an editor, a commit, a build; as the README says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from test_check import SOUND
from test_cli import ROOT, program
from test_cli_files import loaded

README = (ROOT / "README.md").read_text("utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def blocks(heading: str, language: str) -> list[str]:
    """The blocks of a language in a section of the README."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line run in a folder, with the program on the path."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(folder)}
    env["COVERAGE_PROCESS_START"] = os.environ.get("COVERAGE_PROCESS_START", "")
    words = shlex.split(command, comments=True)
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "predictions").mkdir()
    (tmp_path / "predictions" / "rain.yaml").write_text(SOUND)
    return tmp_path


def test_the_modeline_is_the_one_of_the_readme_and_names_the_file_made_there() -> None:
    said = program("schema", "--modeline")
    assert (said.code, said.err) == (0, "")
    (block, _) = blocks("In your editor and your shell", "sh")
    assert said.out in block
    name = said.out.strip().split("$schema=")[1]
    assert f"predtrack schema > predictions/{name}\n" in block
    assert f"predictions/{name}" in README.split("yaml.schemas")[1]


def test_a_record_with_the_modeline_is_as_sound_as_before(project: Path) -> None:
    line = program("schema", "--modeline").out
    (project / "predictions" / "rain.yaml").write_text(line + SOUND)
    schema = program("schema").out
    (project / "predictions" / "prediction.schema.json").write_text(schema)
    assert run("predtrack check --strict", project).stdout == ""
    validator = jsonschema.Draft202012Validator(json.loads(schema))
    assert validator.is_valid(loaded(line + SOUND))
    assert not validator.is_valid(loaded(line + SOUND.replace("claim", "clame")))


def test_a_hook_checks_the_folder_of_the_repository(project: Path) -> None:
    (hook,) = HOOKS
    assert (hook["id"], hook["language"]) == ("predtrack-check", "python")
    assert hook["pass_filenames"] is False
    assert run(hook["entry"], project).returncode == 0
    (project / "predictions" / "rain.yaml").write_text(SOUND.replace("90%", "90"))
    done = run(hook["entry"], project)
    assert (done.returncode, done.stdout.split(": ")[0]) == (1, "rain.yaml:8:18")


def test_a_hook_runs_also_where_a_record_is_only_deleted(project: Path) -> None:
    """pre-commit hands on no name of a file that is gone, and passes over a hook without names."""
    (hook,) = HOOKS
    assert hook["always_run"] is True
    leaning = SOUND + "condition: {prediction: rain, is: yes}\n"
    (project / "predictions" / "sun.yaml").write_text(leaning)
    assert "condition" not in run(f"{hook['entry']} --strict", project).stdout
    (project / "predictions" / "rain.yaml").unlink()
    assert "warning[condition]" in run(f"{hook['entry']} --strict", project).stdout


def ci() -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The two examples of the README: a workflow, and the setting of hooks."""
    workflow, hooks = (yaml.safe_load(block) for block in blocks("In CI", "yaml"))
    return workflow, hooks


def test_the_workflow_of_the_readme_runs_a_check_that_fails_where_it_should(project: Path) -> None:
    workflow, _ = ci()
    steps = workflow["jobs"]["check"]["steps"]
    assert all({"uses", "run"} & set(step) for step in steps)
    *_, install, check = (step["run"] for step in steps if "run" in step)
    assert install == "pip install ."
    assert run(check, project).returncode == 0
    (project / "predictions" / "rain.yaml").write_text(SOUND.replace("90%", "90"))
    assert run(check, project).returncode == 1


def test_the_setting_of_hooks_names_the_hook_that_there_is() -> None:
    _, setting = ci()
    (repository,) = setting["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in HOOKS]


def test_the_lines_for_shells_name_each_shell_that_is_completed() -> None:
    from predtrack.cli.completion import SCRIPTS

    (_, block) = blocks("In your editor and your shell", "sh")
    assert re.findall(r"predtrack completion (\w+)", block) == list(SCRIPTS)
