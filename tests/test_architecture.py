from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "workbench"
ROOMS = ("sources", "topics", "actors", "findings", "charts", "city", "reading", "reports", "training",
         "deciding", "handbook", "alerting", "watching", "week11")
# what a room does; plain nouns are the tables and results it hands over
VERBS = {
    "sources": ("read_", "import_", "load_", "redact", "describe_", "key_", "pseudonym", "new_", "rotate_", "list_",
                "purge_", "forget_", "find_", "write_"),
    "topics": ("model_", "measure_", "save_", "load_", "assign_", "match_", "register_", "name_", "find_",
               "read_", "check_", "score_", "draw_", "show_", "merge_", "apply_"),
    "speech": ("read_", "write_", "draw_", "score_", "code_", "train_", "save_", "load_", "measure_", "settle_", "list_",
               "find_", "open_", "check_", "add_"),
    "actors": ("link_", "find_", "save_", "read_", "list_"),
    "findings": ("choose_", "measure_", "compare_", "describe_", "release_", "adjust_", "flag_", "list_"),
    "charts": ("plot_",),
    "city": ("build_", "read_", "code_"),
    "reading": ("show_", "save_", "compare_"),
    "reports": ("render_",),
    "deciding": ("open_",),
    "handbook": ("read_", "add_", "choose_", "write_"),
    "alerting": ("raise_", "read_", "find_", "list_", "describe_", "enrol_", "withdraw_", "confirm_", "change_",
                 "decline_", "note_", "close_"),
    "watching": ("read_", "write_", "start_", "accept_", "decline_", "remove_", "review_", "log_", "compare_", "find_",
                 "list_", "count_"),
    "week11": ("rank_", "choose_", "list_", "read_", "write_", "keep_", "tell_"),
    "training": ("open_", "build_", "find_", "draw_", "list_", "compare_", "count_", "read_", "load_", "save_", "judge_",
                 "prepare_", "hand_out_", "ask_"),
}


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def public_functions() -> list:
    import importlib

    found = []
    for room in ROOMS:
        module = importlib.import_module(f"workbench.{room}")
        found += [(room, name, getattr(module, name)) for name in module.__all__]
    return found


def test_imports_travel_down_and_neighbours_do_not_meet() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_charts_and_reports_never_load_the_tables_of_posts_and_actors() -> None:
    code = ("import sys, workbench.charts as c, workbench.reports as r\n"
            "[getattr(c, n) for n in c.__all__]; [getattr(r, n) for n in r.__all__]\n"
            "print([m for m in ('posts', 'actors', 'coordination') if f'workbench.tables.{m}' in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_tables_package_brings_nothing_along() -> None:
    assert (SOURCE / "tables" / "__init__.py").read_text() == ""


def test_only_the_gate_makes_releases() -> None:
    makers = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("Release", "ReleasedFinding"):
                    makers.add(path.relative_to(SOURCE).as_posix())
    assert makers == {"findings/release.py"}


def imports_of(path: Path, names: set[str]) -> set[str]:
    """Return which of the modules a file imports, also inside its functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    return found & names


@pytest.mark.parametrize("room", ROOMS)
def test_the_files_of_a_room_are_a_stair_without_a_circle(room: str) -> None:
    names = {".".join(("workbench", *p.relative_to(SOURCE).with_suffix("").parts)): p
             for p in (SOURCE / room).rglob("*.py") if p.stem != "__init__"}
    stair = {name: imports_of(path, set(names)) for name, path in names.items()}
    assert any(stair.values())
    # raises CycleError, which names the files
    assert len(list(TopologicalSorter(stair).static_order())) == len(names)


def test_no_module_imports_the_root() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert "workbench" not in [a.name for a in node.names], path
            if isinstance(node, ast.ImportFrom):
                assert node.module != "workbench", path


@pytest.mark.parametrize("forbidden", ["pickle", "eval", "exec", "yaml.load", "shelve", "marshal"])
def test_nothing_that_runs_outside_text_is_used(forbidden: str) -> None:
    for path in modules():
        if (path.name, forbidden) == ("guarded.py", "pickle"):
            continue  # what our own process says to us, never what a file holds
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) != forbidden, path
            if isinstance(node, ast.Import):
                assert forbidden not in [a.name for a in node.names], path


def test_the_map_in_architecture_equals_the_folders() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^\| `([a-z0-9_]+)(?:\.py|/)` \|", text, re.MULTILINE))
    there = {p.stem for p in SOURCE.glob("*.py") if p.stem != "__init__"}
    there |= {p.name for p in SOURCE.iterdir() if p.is_dir() and p.name not in ("__pycache__",)}
    assert drawn == there


def test_public_functions_keep_to_the_verbs_of_their_room() -> None:
    wrong = [f"{room}.{name}" for room, name, thing in public_functions()
             if inspect.isfunction(thing) and not name.startswith(VERBS[room])]
    assert wrong == []


def test_public_functions_have_docstrings_and_few_arguments() -> None:
    for room, name, thing in public_functions():
        if inspect.isfunction(thing):
            assert inspect.getdoc(thing), f"{room}.{name}"
            assert len(inspect.signature(thing).parameters) <= 8, f"{room}.{name}"


def test_tests_mirror_the_rooms() -> None:
    assert {*ROOMS, "wording", "notebooks", "faults", "truth"} <= {p.name for p in (ROOT / "tests").iterdir()}


def test_modules_stay_readable() -> None:
    assert {p.name: n for p in modules() if (n := len(p.read_text().splitlines())) > 400} == {}


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = ("import sys, workbench\n"
            "print([m for m in ('pandas', 'numpy', 'matplotlib', 'networkx', 'bertopic') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_completion_lists_the_rooms() -> None:
    import workbench

    assert {"sources", "topics", "speech", "actors", "findings", "charts", "reading", "reports", "city", "open_study"} <= set(dir(workbench))
