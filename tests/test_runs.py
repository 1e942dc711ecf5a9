from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import sys
import types
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from tests.cards import CARD
from workbench import runs
from workbench.errors import ReportError, WorkbenchError
from workbench.runs import FAILED, ReportRun, describe_run, run_report
from workbench.staging import FINDINGS, LEDGER, REGISTER
from workbench.study import open_study
from workbench.tables.release import CANDIDATE_COLUMNS

ROOT = Path(__file__).parents[1]
PRODUCT = """name = "{name}"
period = "{period}"
languages = ["da", "en"]
gates = ["identifiers", "quotes", "consistency"]
[title]
da = "Prøve"
en = "Trial"
[layout]
cover = true
contents = true
"""
# stands for findings.release, which has tests of its own: enters every release, and leaves words open as told
GATE = '''
import sys, types
from pathlib import Path
import pandas as pd
from workbench.tables.release import CANDIDATE_COLUMNS, Release

def release_findings(findings, corpus, *, ledger, product, **more):
    ledger.parent.mkdir(parents=True, exist_ok=True)
    entered = ledger.read_text() if ledger.exists() else ""
    ledger.write_text(f"{entered}{product} of {len(entered.splitlines())} before\\n")
    words = Path("open-words.txt").read_text().split() if Path("open-words.txt").exists() else []
    rows = [{"kind": "word", "key": w, "text": w, "posts": 9, "words": [], "finding": "f", "is_open": True} for w in words]
    candidates = pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS)).astype(CANDIDATE_COLUMNS)
    return Release({}, f"{product:x<64}", "da", candidates)

gate = types.ModuleType("workbench.findings.release")
gate.release_findings = release_findings
sys.modules["workbench.findings.release"] = gate
'''
COVER = ('wb.reports.render_section(wb.reports.render_cover(release, title="Prøven", place=study.name, period=quarter, '
         'contact=study.contact, language=language), wb.reports.render_text("text.topics", language=language))')
REGISTERED = '''folder = study.state / "data/processed/topics/register"
folder.mkdir(parents=True, exist_ok=True)
(folder / f"{quarter}.parquet").write_text(f"register of {seed}")'''


def write_notebook(study: Path, *cells: str, name: str = "trial", period: str = "quarter", product: str = PRODUCT) -> Path:
    """Write a product whose notebook runs these cells between opening the study and its release."""
    parameters = nbformat.v4.new_code_cell(
        f'study_folder: str = "."  # a\n{period}: str = ""  # b\nlanguage: str = ""  # c\nseed: int = 1  # d',
        metadata={"tags": ["parameters"]})
    opened = "import fake_gate\nimport workbench as wb\nstudy = wb.open_study(study_folder)"
    if period != "quarter":
        opened += f"\nquarter = {period}"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# En prøve"), parameters, *map(nbformat.v4.new_code_cell, (opened, *cells))],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    path = study / "notebooks" / f"{name}.ipynb"
    nbformat.write(notebook, path)
    path.with_name(f"{name}.product.toml").write_text(product.format(name=name, period=period), encoding="utf-8")
    return path


RELEASED = ("release = study.release([], None)", COVER)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from workbench.settings import read_settings
    from workbench.sources import import_exports

    folder = tmp_path_factory.mktemp("runs") / "by"
    raw = folder / "data" / "raw" / "telegram"
    raw.mkdir(parents=True)
    (folder / "study.toml").write_text('name = "Testby"\nlanguage = "da"\ncontact = "Borgerservice"\nkey_file = "../by.key"\n')
    (raw / "source.toml").write_text(CARD, encoding="utf-8")
    messages = [{"id": i, "type": "message", "date": "2025-08-01T10:00:00", "date_unixtime": str(1754042400 + 3600 * i),
                 "from": f"Person {i % 7}", "from_id": f"user{i % 7}", "text_entities": [],
                 "text": f"vi mødes ved den gamle badebro nummer {i} med hunden"} for i in range(30)]
    (raw / "result.json").write_text(json.dumps({"name": "Testkanal", "type": "public_supergroup", "id": 19,
                                                 "messages": messages}), encoding="utf-8")
    import_exports([raw], settings=read_settings(folder))
    (folder / "notebooks").mkdir()
    (folder / "fake_gate.py").write_text(
        GATE + "import workbench.study\nworkbench.study.Study._provenance = lambda self, corpus: {}\n")
    return folder


@pytest.fixture
def study(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of thirty posts, and a product whose notebook registers and releases."""
    folder = tmp_path / "by"
    shutil.copytree(imported, folder)
    shutil.copy(imported.parent / "by.key", tmp_path / "by.key")
    monkeypatch.delenv("WORKBENCH_STUDY", raising=False)
    write_notebook(folder, REGISTERED, *RELEASED)
    return folder


@pytest.fixture
def quick(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let cells run in this process instead of a kernel, which takes seconds to start."""
    import papermill

    import workbench.findings

    gate: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "workbench.findings.release", types.ModuleType("release"))
        exec(GATE, gate)
    monkeypatch.setitem(sys.modules, "fake_gate", types.ModuleType("fake_gate"))
    monkeypatch.setitem(vars(workbench.findings), "release_findings", gate["release_findings"])
    monkeypatch.setattr("workbench.study.Study._provenance", lambda self, corpus: {})
    monkeypatch.setattr(papermill, "execute_notebook", run_here)
    monkeypatch.chdir(study)


def run_here(path: str, out: str, *, parameters: dict, **more) -> nbformat.NotebookNode:
    from papermill import PapermillExecutionError

    notebook = nbformat.read(path, as_version=4)
    given = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    notebook.cells.insert(2, nbformat.v4.new_code_cell(given, metadata={"tags": ["injected-parameters"]}))
    names: dict = {}
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
        *statements, last = ast.parse(cell.source).body
        try:
            exec(compile(ast.Module(statements, []), "cell", "exec"), names)
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if isinstance(last, ast.Expr) else \
                exec(compile(ast.Module([last], []), "cell", "exec"), names)
        except Exception as error:
            nbformat.write(notebook, out)
            raise PapermillExecutionError(0, count, cell.source, type(error).__name__, str(error), []) from None
        if hasattr(shown, "_repr_mimebundle_"):
            cell.outputs = [nbformat.v4.new_output("execute_result", shown._repr_mimebundle_(), execution_count=count)]
    nbformat.write(notebook, out)
    return notebook


def report(study: Path, name: str = "trial", *, period: str = "2025Q3", **more):
    return run_report(name, study=open_study(study), period=period, **more)


def snapshot(study: Path) -> dict[str, str]:
    """Every file of state and reports with its content's hash."""
    found = [f for part in (FINDINGS, REGISTER, FAILED, Path("reports")) for f in (study / part).rglob("*")]
    return {f.relative_to(study).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in found if f.is_file()}


def leftovers(study: Path) -> list[str]:
    runs_left = [p.name for p in (study / "data/processed/runs").iterdir()]
    return runs_left + [p.name for p in study.rglob("*") if p.name.endswith((".part", ".old", "-failed"))]


def test_a_run_leaves_report_ledger_register_and_words_together(study: Path) -> None:
    result = report(study)
    assert result.folder == study / "reports" / "testby" / "2025Q3" / "trial"
    assert not result.is_draft
    assert {"report.pdf", "report.html", "report.ipynb"} <= set(result.files)
    assert (study / LEDGER).read_text() == "trial-2025Q3 of 0 before\n"
    assert (study / REGISTER / "2025Q3.parquet").read_text() == "register of 1"
    assert len(pd.read_parquet(study / FINDINGS / "candidates-2025Q3.parquet")) == 0
    assert leftovers(study) == []
    state = [p for part in (FINDINGS, REGISTER) for p in (study / part, *(study / part).rglob("*"))]
    assert {p.stat().st_mode & 0o777 for p in state} == {0o600, 0o700}
    assert (study / REGISTER.parent).stat().st_mode & 0o777 == 0o700
    assert (study / REGISTER.parent.parent).stat().st_mode & 0o777 == 0o777 & ~umask()
    assert (result.folder / "report.pdf").stat().st_mode & 0o777 == 0o666 & ~umask()


def umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def test_the_manifest_says_what_it_is_and_what_made_it(study: Path, quick: None) -> None:
    result = report(study, language="en")
    manifest = json.loads((result.folder / "manifest.json").read_text())
    assert [manifest[k] for k in ("product", "period", "language", "draft")] == ["trial", "2025Q3", "en", False]
    for name, digest in manifest["made_by"].items():
        assert hashlib.sha256((study / "notebooks" / name).read_bytes()).hexdigest() == digest
    assert set(manifest["made_by"]) == {"trial.ipynb", "trial.product.toml"}
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((result.folder / name).read_bytes()).hexdigest() == digest
    corpus = (study / "data/processed/corpus/manifest.json").read_bytes()
    assert manifest["corpus"] == hashlib.sha256(corpus).hexdigest()
    assert manifest["parameters"] == {"quarter": "2025Q3", "language": "en", "seed": 1}
    assert manifest["lock"] == hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    assert str(study) not in json.dumps(manifest)
    assert "key_file" not in manifest["settings"]


def test_a_manifest_names_all_that_the_report_rests_on_and_nothing_later(study: Path, quick: None) -> None:
    files = {"events.csv": "date,da,en,source\n", "gazetteer.csv": "name,kind,forms\n",
             "reviews/2025Q2.toml": "", "reviews/2025Q3.toml": "", "reviews/2025Q3.report.toml": "",
             "reviews/2025Q4.toml": "", "reviews/2025Q4.report.toml": "", "notes.txt": "to myself"}
    (study / "reviews").mkdir()
    for name, text in files.items():
        (study / name).write_text(text)
    (study / REGISTER).mkdir(parents=True)
    for quarter in ("2025Q2", "2025Q3", "2025Q4"):
        pd.DataFrame({"topic": [1]}).to_parquet(study / REGISTER / f"{quarter}.parquet")
    manifest = json.loads((report(study).folder / "manifest.json").read_text())
    assert sorted(manifest["words"]) == ["events.csv", "gazetteer.csv", "reviews/2025Q2.toml",
                                         "reviews/2025Q3.report.toml", "reviews/2025Q3.toml"]
    assert list(manifest["register"]) == ["2025Q2.parquet"]


INPUTS = {
    "parameters": lambda s: {"parameters": {"seed": 2}},
    "settings": lambda s: _append(s / "study.toml", "minimum_authors = 12\n"),
    "made_by": lambda s: write_notebook(s, REGISTERED, *RELEASED, "1 + 1"),
    "corpus": lambda s: _append(s / "data/processed/corpus/manifest.json", " "),
    "words": lambda s: _append(s / "events.csv", "date,da,en,source\n"),
    "register": lambda s: _append(s / REGISTER / "2025Q2.parquet", "topics"),
}


@pytest.mark.parametrize("name", INPUTS)
def test_whatever_is_changed_the_manifest_tells_that_and_the_same_again_is_the_same(
        study: Path, quick: None, name: str) -> None:
    def told(**more) -> dict:
        manifest = json.loads((report(study, is_fresh=True, **more).folder / "manifest.json").read_text())
        return {key: manifest[key] for key in INPUTS}

    before, changed = told(), INPUTS[name](study)
    more = changed if isinstance(changed, dict) else {}
    after = told(**more)
    assert [key for key in INPUTS if before[key] != after[key]] == [name]
    assert told(**more) == after


def test_a_manifest_tells_a_notebook_that_people_edited_from_one_that_the_package_brought(tmp_path: Path) -> None:
    from workbench.repeating import _edited
    from workbench.starting import INSTALLED, find_notebooks, start_study

    start_study(tmp_path)
    name = "quarterly_report.ipynb"
    notebook, installed = tmp_path / "notebooks" / name, tmp_path / INSTALLED / "notebooks" / name
    assert _edited(notebook, tmp_path) == _edited(find_notebooks() / name, tmp_path) == "no"
    notebook.write_text("{}")
    assert _edited(notebook, tmp_path) == "yes"
    installed.write_text("{}")  # an older version of the package brought it
    assert _edited(notebook, tmp_path) == "no"
    own = notebook.with_name("own.ipynb")
    own.write_text("{}")
    assert _edited(own, tmp_path) == "own"


def test_a_manifest_tells_packages_that_are_not_as_locked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from workbench import versions

    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy==0.1 \\\n    --hash=sha256:ab\npandas==0.2 ; python_version == '3'\n"
                    f"pandas=={pd.__version__}\nnot-at-hand==1\n")
    monkeypatch.setattr(versions, "_find_lock", lambda: lock)
    monkeypatch.setattr("importlib.metadata.requires", lambda name: ["Pandas>=2", "typer>=0.1; extra == 'x'", "absent"])
    found = versions.list_unlocked.__wrapped__()
    assert list(found) == ["numpy", "typer"]
    assert versions.digest_lock() == hashlib.sha256(lock.read_bytes()).hexdigest()


def test_the_same_asked_twice_gives_the_same_bytes_in_the_same_place(study: Path, quick: None) -> None:
    first = report(study)
    manifest = (first.folder / "manifest.json").read_bytes()
    again = report(study, is_fresh=True)
    assert not again.unchanged_since
    assert (again.folder, again.files) == (first.folder, first.files)
    assert (again.folder / "manifest.json").read_bytes() == manifest
    assert leftovers(study) == []


@pytest.mark.parametrize("is_draft", [False, True])
def test_what_nothing_has_changed_for_is_given_back_without_running(study: Path, quick: None, is_draft: bool,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    import papermill

    if is_draft:
        (study / "open-words.txt").write_text("ord")
    first = report(study)
    monkeypatch.setattr(papermill, "execute_notebook", lambda *a, **k: pytest.fail("it was run"))
    again = report(study)
    assert again.unchanged_since
    assert first.unchanged_since == ""
    assert (again.folder, again.files, again.pages, again.is_draft) == (first.folder, first.files, first.pages, is_draft)
    assert again.open_words["text"].tolist() == first.open_words["text"].tolist() == ["ord"] * is_draft
    assert "Nothing that goes into it has changed" in describe_run(again, "2025Q3")


def _append(path: Path, text: str = "\n# more\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")


def _forge(study: Path) -> None:
    """Say of a report that was changed afterwards that it was made so."""
    page = study / "reports/testby/2025Q3/trial/report.html"
    _append(page)
    note = study / "data/processed/made/trial-2025Q3.json"
    said = json.loads(note.read_text())
    said["made"]["report"]["report.html"] = hashlib.sha256(page.read_bytes()).hexdigest()
    note.write_text(json.dumps(said))


CHANGES = {
    "study.toml": lambda s: _append(s / "study.toml"), "review": lambda s: _append(s / "reviews/2025Q3.md"),
    "a file of the study": lambda s: _append(s / "events.csv"), "card": lambda s: _append(s / "data/raw/telegram/source.toml"),
    "product": lambda s: _append(s / "notebooks/trial.product.toml"), "register": lambda s: _append(s / REGISTER / "2025Q3.parquet"),
    "notebook": lambda s: write_notebook(s, REGISTERED, "1 + 1", *RELEASED), "ledger": lambda s: _append(s / LEDGER),
    "corpus": lambda s: _append(s / "data/processed/corpus/manifest.json", " "),
    "report": lambda s: _append(s / "reports/testby/2025Q3/trial/report.html"),
    "report and its note": _forge, "no secret": lambda s: (s / "data/processed/made/.secret").unlink(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_goes_into_a_report_or_came_out_makes_it_run_again(study: Path, quick: None, what: str) -> None:
    page = report(study).folder / "report.html"
    before = page.read_bytes()
    CHANGES[what](study)
    again = report(study)
    assert again.unchanged_since == ""
    # the page names the notebook that made it
    assert (page.read_bytes() == before) == (what != "notebook")
    assert report(study).unchanged_since


def test_other_parameters_languages_or_code_make_it_run_again(study: Path, quick: None,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    report(study)
    assert report(study, parameters={"seed": 2}).unchanged_since == ""
    assert report(study, language="en").unchanged_since == ""
    assert report(study, language="en").unchanged_since
    monkeypatch.setattr("workbench.unchanged.digest_code", lambda: "other")
    assert report(study, language="en").unchanged_since == ""


def test_the_bar_names_the_step_by_the_words_above_its_cell() -> None:
    from workbench.steps import Steps, name_step

    said: list[str] = []
    bar = types.SimpleNamespace(set_description=said.append, update=lambda count: said.append(f"{int(count)} more"))
    steps = Steps(bar)
    for cell in ({"cell_type": "code", "source": "import workbench as wb\n\nstudy = 1"},
                 {"cell_type": "markdown", "source": "## Model topics\n\nOne model."},
                 {"cell_type": "code", "source": "topics = 1"}):
        steps.start_cell(cell=cell, cell_index=0)
        steps.end_cell(cell=cell, cell_index=0)
    assert said == ["study = 1", "1 more", "0 more", "Model topics", "1 more"]
    assert name_step("Which weeks stand out. And why.") == "Which weeks stand out"
    assert len(name_step("x" * 200)) == 50


def test_in_a_fresh_run_nothing_is_taken_from_earlier_ones(study: Path, quick: None) -> None:
    cell = """from workbench.remembering import CACHE
corpus = study.corpus(quarter)
found = study.remember(wb.findings.measure_volume, corpus, quarter=quarter)
for path in (study.folder / CACHE).iterdir():
    times = (path / "manifest.json").stat().st_mtime_ns, (path / "manifest.json").stat().st_ino
(study.folder / "data/processed/times.txt").write_text(str(times))"""
    write_notebook(study, REGISTERED, cell, *RELEASED)
    times = []
    for number, fresh in enumerate((False, False, True)):
        report(study, parameters={"seed": number}, is_fresh=fresh)
        times.append((study / "data/processed/times.txt").read_text())
    assert times[0] == times[1] != times[2]


def test_two_products_and_two_languages_of_one_period_stand_side_by_side(study: Path, quick: None) -> None:
    write_notebook(study, *RELEASED, name="brief")
    made = [report(study), report(study, "brief"), report(study, language="en")]
    assert [m.folder.name for m in made] == ["trial", "brief", "trial-en"]
    for one in made:
        assert all((one.folder / name).is_file() for name in one.files)
    assert (study / LEDGER).read_text().splitlines() == [
        "trial-2025Q3 of 0 before", "brief-2025Q3 of 1 before", "trial-2025Q3-en of 2 before"]
    assert (study / REGISTER / "2025Q3.parquet").exists()


def test_a_product_of_a_month_takes_a_month(study: Path, quick: None) -> None:
    write_notebook(study, *RELEASED, name="brief", period="month")
    assert report(study, "brief", period="2025-08").folder.parent.name == "2025-08"
    with pytest.raises(ReportError, match=r"brief is made for a month, such as 2025-07, and 2025Q3 is a quarter"):
        report(study, "brief")
    with pytest.raises(ReportError, match=r"no posts in 2025-09; it holds posts from 2025-08-01 to 2025-08-02"):
        report(study, "brief", period="2025-09")


def test_while_a_word_is_open_it_is_a_draft_that_changes_only_what_is_to_review(study: Path, quick: None) -> None:
    from pypdf import PdfReader

    published = report(study)
    before = snapshot(study)
    (study / "open-words.txt").write_text("hyggen badebroen")
    write_notebook(study, REGISTERED.replace("of {seed}", "of draft"), *RELEASED)
    draft = report(study)
    assert draft.is_draft
    assert draft.folder == published.folder.with_name("trial-draft")
    assert draft.open_words["text"].tolist() == ["hyggen", "badebroen"]
    words = study / FINDINGS / "candidates-2025Q3.parquet"
    assert pd.read_parquet(words)["text"].tolist() == ["hyggen", "badebroen"]
    assert words.stat().st_mode & 0o777 == 0o600
    after = snapshot(study)
    changed = {name for name in after if after[name] != before.get(name)}
    # the desk shows posts of each topic: which ones they are lies beside the words, as hashes
    topics = words.with_name("topics-2025Q3.parquet")
    assert {n for n in changed if "trial-draft" not in n} == {p.relative_to(study).as_posix() for p in (words, topics)}
    assert set(before) <= set(after)
    assert all("Udkast" in page.extract_text() for page in PdfReader(draft.folder / "report.pdf").pages)
    assert all("Udkast" not in page.extract_text() for page in PdfReader(published.folder / "report.pdf").pages)
    assert json.loads((draft.folder / "manifest.json").read_text())["draft"]


def test_without_a_contact_nothing_is_published_and_the_draft_says_why(study: Path, quick: None) -> None:
    from pypdf import PdfReader

    settings = study / "study.toml"
    settings.write_text(settings.read_text().replace('"Borgerservice"', '""'))
    draft = report(study)
    assert draft.is_draft
    assert (draft.missing, len(draft.open_words)) == (("contact",), 0)
    assert draft.folder == study / "reports" / "testby" / "2025Q3" / "trial-draft"
    assert not (study / LEDGER).exists()
    assert "Kontakten mangler i study.toml" in PdfReader(draft.folder / "report.pdf").pages[0].extract_text()
    assert "contact is missing in study.toml" in describe_run(draft, "2025Q3")
    settings.write_text(settings.read_text().replace('contact = ""', 'contact = "Borgerservice"'))
    assert not report(study).is_draft
    assert (study / LEDGER).exists()


def test_a_published_report_takes_the_place_of_its_draft(study: Path, quick: None) -> None:
    (study / "open-words.txt").write_text("hyggen")
    draft = report(study)
    assert not (study / LEDGER).exists()
    assert not (study / REGISTER).exists()
    (study / "open-words.txt").unlink()
    report(study)
    assert not draft.folder.exists()
    assert (study / LEDGER).read_text() == "trial-2025Q3 of 0 before\n"


@pytest.mark.parametrize(("cells", "reason"), [
    ((REGISTERED, "release = study.release([], None)", "1 / 0"), r"trial\.ipynb: cell In \[6\] failed with ZeroDivisionError\."),
    ((REGISTERED, "study.corpus('1999')"), r"cell In \[5\] failed with InputError: .*1999"),
    ((REGISTERED, *RELEASED[:1], COVER.replace('"Prøven"', '" ".join(["Ring", "til", "20", "12", "34", "56"])')), r"block 1 \(cover\) holds what looks like"),
    ((REGISTERED, *RELEASED[:1], COVER.replace('"Prøven"', '" ".join(["mødes", "ved", "den", "gamle", "badebro"])')),
     r"block 1 \(cover\) repeats 5 words in a row"),
    ((REGISTERED, RELEASED[0], "import dataclasses; release = dataclasses.replace(release, digest='y')", COVER),
     "shows 1 releases that are not the one of this run"),
    ((REGISTERED, *RELEASED, "release = study.release([], None)"), "ReleaseError: A run releases once"),
    ((REGISTERED,), "has released nothing"),
])
def test_a_failed_run_leaves_nothing_but_its_notebook_for_its_author(study: Path, quick: None, cells: tuple[str, ...], reason: str) -> None:
    (study / LEDGER).parent.mkdir(exist_ok=True)
    (study / LEDGER).write_text("before\n")
    before = snapshot(study)
    write_notebook(study, *cells)
    with pytest.raises(ReportError, match=reason) as caught:
        report(study)
    kept = study / "data/processed/failed/trial-2025Q3.ipynb"
    assert snapshot(study) == before | {kept.relative_to(study).as_posix(): snapshot(study)[kept.relative_to(study).as_posix()]}
    assert "data/processed/failed/trial-2025Q3.ipynb" in str(caught.value)
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert leftovers(study) == []


@pytest.mark.parametrize(("cell", "reason"), [
    ("x = 1\nx / 0", r"cell In \[6\] failed with ZeroDivisionError\. It stands below \"En prøve\"\. Line 2: x / 0\. The notebook"),
    ("wb.topics.model_topics(corpus=None, seed=1)",
     r"cell In \[6\] failed with AttributeError\. .* Line 1: wb\.topics\.model_topics\(corpus=None, seed=1\)\. "
     r"Of the workbench it was in topics/\w+\.py, line \d+ \(\w+\)\. The notebook"),
    ("import os; os._exit(1)", "its kernel was ended from outside")])
def test_a_cell_that_fails_in_its_kernel_is_named_and_nothing_else_left(study: Path, cell: str, reason: str) -> None:
    write_notebook(study, REGISTERED, RELEASED[0], cell)
    with pytest.raises(ReportError, match=reason):
        report(study)
    assert set(snapshot(study)) == {"data/processed/failed/trial-2025Q3.ipynb"}
    assert leftovers(study) == []


def test_in_a_notebook_an_error_of_ours_is_told_with_cell_and_line_and_without_a_traceback(study: Path) -> None:
    write_notebook(study, "quarter = '1999'\nstudy.corpus(quarter)")
    with pytest.raises(ReportError, match=r"cell In \[4\] failed with InputError: .*1999.*Line 2: study\.corpus\(quarter\)"):
        report(study)
    kept = nbformat.read(study / FAILED / "trial-2025Q3.ipynb", as_version=4)
    [output] = [o for cell in kept.cells for o in cell.get("outputs", []) if o.output_type == "error"]
    head, line, empty, words = output.traceback
    assert (head, line, empty) == ("\x1b[1mInputError\x1b[0m in Cell In[4], line 2", "    study.corpus(quarter)", "")
    assert words == output.evalue
    assert "1999" in words


def test_what_a_kernel_says_of_its_own_end_does_not_reach_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio
    import subprocess

    from jupyter_client.manager import AsyncKernelManager

    async def start(self: object, **kwargs: object) -> None:
        given.append(kwargs)

    given: list[dict] = []
    monkeypatch.setattr(AsyncKernelManager, "start_kernel", start)
    settings = runs._kernel_settings()
    asyncio.run(settings.NotebookClient.kernel_manager_class.start_kernel(None, cwd="here"))
    assert given == [{"cwd": "here", "stderr": subprocess.DEVNULL}]
    assert os.name != "posix" or settings.KernelManager.transport == "ipc"


def test_the_failed_notebook_goes_with_the_next_good_run(study: Path, quick: None) -> None:
    write_notebook(study, "1 / 0")
    with pytest.raises(ReportError):
        report(study)
    write_notebook(study, *RELEASED)
    report(study)
    assert list((study / FAILED).iterdir()) == []


@pytest.fixture
def never_run(monkeypatch: pytest.MonkeyPatch) -> None:
    import papermill

    def refuse(*args, **kwargs):
        raise AssertionError("the notebook was run")

    monkeypatch.setattr(papermill, "execute_notebook", refuse)


@pytest.mark.parametrize(("asked", "words"), [
    ({"language": "de"}, r"made in da and en, not in 'de'"),
    ({"period": ""}, r"Say which: workbench report trial --period 2025Q3"),
    ({"period": "2025-Q3"}, "'2025-Q3' is no period"),
    ({"period": "2025-07"}, "2025-07 is a month"),
    ({"period": "2019Q1"}, "no posts in 2019Q1"),
    ({"parameters": {"sead": 2}}, "Did you mean seed"),
    ({"parameters": {"seed": "one"}}, "seed is str and should be int"),
    ({"parameters": {"quarter": "2025Q2"}}, "quarter is said by --period"),
    ({"parameters": {"study_folder": ".."}}, "study_folder is said by --study"),
])
def test_what_was_asked_is_checked_before_anything_runs(study: Path, never_run: None, asked: dict, words: str) -> None:
    with pytest.raises(WorkbenchError, match=words):
        report(study, **asked)
    assert not (study / "reports").exists()


def test_faults_of_the_review_are_told_before_anything_runs(study: Path, never_run: None) -> None:
    (study / "reviews").mkdir()
    (study / "reviews" / "2025Q3.toml").write_text('[words]\n"x" = { decision = "perhaps" }\n', encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"to correct\. Nothing was changed"):
        report(study)


def test_a_quotation_in_the_notebook_is_shown_to_its_author_before_it_runs(study: Path, never_run: None) -> None:
    write_notebook(study, "words = 'De mødes ved den gamle badebro'")
    with pytest.raises(ReportError, match=r"trial\.ipynb, the 4th cell: “mødes ved den gamle badebro”"):
        report(study)


def test_a_parameter_is_looked_at_like_the_notebook(study: Path, never_run: None) -> None:
    path = study / "notebooks" / "trial.ipynb"
    path.write_text(path.read_text().replace("seed: int = 1", "seed: str = ''"))
    with pytest.raises(ReportError, match="parameter seed: “mødes ved den gamle badebro”"):
        report(study, parameters={"seed": "mødes ved den gamle badebro"})
    with pytest.raises(ReportError, match="parameter seed holds what looks like a handle"):
        report(study, parameters={"seed": "@lars_holm93"})


def test_a_notebook_that_lacks_a_parameter_of_its_product_is_refused(study: Path, never_run: None) -> None:
    path = study / "notebooks" / "trial.ipynb"
    path.write_text(path.read_text().replace("quarter: str", "kvartal: str"))
    with pytest.raises(ReportError, match="does not declare quarter"):
        report(study)


@pytest.mark.parametrize(("layout", "fault"), [
    ("pages = 1", r"layout\.pages asks for 1 pages, and there are \d"),
    ("most_pages = 1", r"layout\.most_pages allows 1 pages, and there are \d"),
])
def test_a_product_of_another_length_than_promised_is_not_published(study: Path, quick: None, layout: str, fault: str) -> None:
    write_notebook(study, *RELEASED, product=PRODUCT + layout)
    with pytest.raises(ReportError, match=fault):
        report(study)
    assert not (study / "reports" / "testby").exists()


def test_a_product_without_cover_and_contents_begins_with_its_head_on_the_first_page(study: Path, quick: None) -> None:
    from pypdf import PdfReader

    plain = PRODUCT.replace("cover = true", "cover = false").replace("contents = true", "contents = false\npages = 1")
    write_notebook(study, *RELEASED, name="plain", product=plain)
    [page] = PdfReader(report(study, "plain").folder / "report.pdf").pages
    text = page.extract_text()
    assert text.index("Testby") < text.index("Prøven") < text.index("Borgerservice")
    assert "Indhold" not in text
    assert "<nav" not in (study / "reports/testby/2025Q3/plain/report.html").read_text()
    full = report(study)
    assert full.pages > 1
    assert "<nav" in (full.folder / "report.html").read_text()


@pytest.mark.parametrize("step", [1, 2, 3])
def test_stopped_by_hand_while_it_is_put_in_place_the_next_command_finishes(study: Path, quick: None, step: int) -> None:
    from workbench import publishing

    taken = []
    take = publishing._take

    def stopped(*args) -> None:
        taken.append(args)
        if len(taken) == step:
            raise KeyboardInterrupt
        take(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_take", stopped)
        with pytest.raises(KeyboardInterrupt):
            report(study)
    open_study(study)
    assert (study / LEDGER).read_text() == "trial-2025Q3 of 0 before\n"
    assert (study / REGISTER / "2025Q3.parquet").exists()
    assert (study / "reports/testby/2025Q3/trial/report.pdf").exists()
    report(study)
    assert leftovers(study) == []


@pytest.mark.parametrize("changed", [LEDGER, REGISTER / "2025Q1.parquet", Path("data/processed/corpus/manifest.json")])
def test_what_changed_under_a_run_makes_it_refuse(study: Path, quick: None, monkeypatch: pytest.MonkeyPatch, changed: Path) -> None:
    execute = runs._execute

    def meanwhile(*args, **kwargs):
        done = execute(*args, **kwargs)
        (study / changed).parent.mkdir(parents=True, exist_ok=True)
        (study / changed).write_text("changed")
        return done

    monkeypatch.setattr(runs, "_execute", meanwhile)
    with pytest.raises(ReportError, match="was changed while the report was made"):
        report(study)
    assert not (study / "reports" / "testby").exists()


def test_outside_of_a_run_a_notebook_leaves_nothing_behind(study: Path, tmp_path: Path) -> None:
    import papermill

    report(study)
    before = snapshot(study)
    write_notebook(study, REGISTERED.replace("of {seed}", "of exploring"), *RELEASED, RELEASED[0],
                   "print((study.state / 'data/processed/findings/ledger.parquet').read_text())")
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(str(study / "notebooks" / "trial.ipynb"), str(out), progress_bar=False, log_output=False,
                               parameters={"quarter": "2025Q3", "language": "da", "study_folder": str(study)}, cwd=str(study))
    assert snapshot(study) == before
    assert list((study / "data/processed/scratch").iterdir()) == []
    # the second release is not judged against the first, which was a draft
    assert nbformat.read(out, as_version=4).cells[-1].outputs[0].text.splitlines()[:2] == [
        "trial-2025Q3 of 0 before", "draft of 1 before"]


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second disk")
def test_reports_may_lie_on_another_disk(study: Path, quick: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    import tempfile

    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        (study / "reports").symlink_to(other)
        for _ in range(2):
            result = report(study)
            assert all((result.folder / name).is_file() for name in result.files)
        assert [p.name for p in Path(other).iterdir()] == ["testby"]
        assert [p.name for p in (Path(other) / "testby" / "2025Q3").iterdir()] == ["trial"]


def test_pages_are_counted_as_a_reader_counts_them(study: Path, quick: None) -> None:
    from pypdf import PdfReader

    texts = ", ".join(['wb.reports.render_heading("Afsnit", level=1, language=language)'] * 9)
    write_notebook(study, RELEASED[0], COVER.removesuffix(")") + f", {texts})")
    result = report(study)
    assert result.pages == len(PdfReader(result.folder / "report.pdf").pages)
    assert result.pages > 1


def test_status_lists_the_reports_with_what_they_are(study: Path, quick: None) -> None:
    from workbench.inventory import describe_study

    report(study)
    assert describe_study(open_study(study))["reports"] == [
        {"folder": "reports/testby/2025Q3/trial", "product": "trial", "period": "2025Q3", "language": "da", "draft": False}]


def test_status_tells_what_the_latest_quarter_can_show(study: Path) -> None:
    from workbench.inventory import describe_study
    from workbench.telling import describe_outlook

    described = describe_study(open_study(study))
    assert described["quarter"] == "2025Q3"
    asked = [row["question"] for row in described["outlook"]]
    assert asked == ["volume", "topics", "change", "peaks", "network", "together", "reach"]
    lines = describe_outlook(described["outlook"], period="2025Q3", language="en").splitlines()
    assert len(lines) == 1 + len(asked)
    assert lines[0] == "What this collection can show of quarter 3 of 2025:"


def test_an_open_topic_without_a_word_that_enough_people_use_is_told_by_its_id() -> None:
    rows = [{"kind": "topic", "key": "K-003", "text": None, "is_open": True}]
    words = pd.DataFrame(rows).reindex(columns=list(CANDIDATE_COLUMNS)).astype(CANDIDATE_COLUMNS)
    run = ReportRun(Path("reports"), {}, 3, words, 1.0)
    assert "topic: K-003" in describe_run(run, "2025Q3")
