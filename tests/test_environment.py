from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
CONDA_NAMES = {"python-igraph": "igraph"}
# torch comes with it, so the lock leaves it out; conda users get it
NOT_LOCKED = {"sentence-transformers", "model2vec"}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked() -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE):
        found.setdefault(name.lower(), []).append(Version(version))
    return found


def test_the_lock_satisfies_every_declared_requirement() -> None:
    extras = project()["optional-dependencies"]
    pins = locked()
    for line in [*project()["dependencies"], *extras["topics"], *extras["dev"], *extras["docs"]]:
        wanted = Requirement(line)
        assert wanted.name.lower() in pins, wanted.name
        assert all(v in wanted.specifier for v in pins[wanted.name.lower()]), wanted.name


def test_every_line_of_the_lock_has_a_hash_and_none_brings_torch() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert text.count("--hash=sha256:") >= len(re.findall(r"==", text))
    assert not {"torch", "sentence-transformers", "transformers"} & set(locked())


def test_conda_users_get_what_the_project_declares() -> None:
    given = yaml.safe_load((ROOT / "environment.yml").read_text())
    flat = [d for d in given["dependencies"] if isinstance(d, str)]
    flat += next(d["pip"] for d in given["dependencies"] if isinstance(d, dict))
    names = {}
    for line in flat:
        wanted = Requirement(line)
        names[CONDA_NAMES.get(wanted.name, wanted.name)] = wanted.specifier
    declared = [Requirement(d) for d in project()["dependencies"] + project()["optional-dependencies"]["transformers"]]
    assert {d.name for d in declared} == set(names) - {"python", "pip", "pytest"}
    assert all(names[d.name] == d.specifier for d in declared)
    pins = locked()
    for name, specifier in names.items():
        if name in pins:
            assert all(v in specifier for v in pins[name]), name


def test_pip_misses_one_package_and_no_more() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check", "--disable-pip-version-check"],
                          capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line]
    assert len(lines) == 1
    assert re.match(r"bertopic \S+ requires sentence-transformers", lines[0])


def test_every_command_that_installs_us_names_us_by_our_own_name() -> None:
    found = []
    for path in [ROOT / "README.md", *(ROOT / "src").rglob("*.py"), *(ROOT / "docs").rglob("*.md")]:
        found += re.findall(r"pip install ['\"]?(\w*-?workbench)\b", path.read_text(encoding="utf-8"))
    assert set(found) == {project()["name"]}


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    pattern = re.compile(r"pypi\.org|files\.pythonhosted|(^|[^\w.])/(work|farm|root)/", re.MULTILINE)
    for name in done.stdout.split():
        path = ROOT / name
        if path.is_file() and path.suffix in (".py", ".md", ".toml", ".yml", ".yaml", ".lock", ".ipynb", "") and name != (
                Path(__file__).relative_to(ROOT).as_posix()):
            assert not pattern.search(path.read_text(encoding="utf-8")), name
