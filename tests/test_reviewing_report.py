"""What an editor writes for a report, in a file beside the review."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.charts.small import small_finding
from tests.reviews import propose, topic
from workbench.errors import CardError, InputError
from workbench.reviewing import read_review, write_review
from workbench.reviewing.claims import claims_change, claims_number
from workbench.reviewing.report_fields import MOST, TABLES
from workbench.reviewing.report_lines import find_spots, line_of
from workbench.reviewing.rewording import fit_text, placeholders_of
from workbench.reviewing.told import read_told, tell, told_path, write_told
from workbench.settings import LANGUAGES
from workbench.tables.editorial import Editorial
from workbench.wording import open_wording

SIGNED = 'editor = "presserådgiver"\ndate = 2025-10-08\n'
RECOMMENDED = ('[[recommendations]]\nid = "lys"\naddressee = "ssp"\nda = "Tænd lyset."\nfinding = "topics"\n'
               'owner_da = "vej og park"\neffort = "small"\nindicator_da = "der er lys"\n')
EXPLAINED = ('[[peaks]]\ntopic = "K-002"\nweek = "2025-W32"\nda = "Togene holdt stille."\nsource_da = "jernbanen"\n')
FOCUS = '[focus]\ntitle_da = "Tog"\nlead_da = "Om tog."\nparagraphs_da = ["Et.", "Flere."]\nfigures = ["volume"]\n'


def put(folder: Path, text: str, period: str = "2025Q3") -> Path:
    path = folder / "reviews" / f"{period}.report.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str = "", **more) -> Editorial:
    if text:
        put(folder, text)
    return read_review(folder, "2025Q3", **{"language": "da", **more}).editorial


def refusal(folder: Path, text: str, **more) -> str:
    with pytest.raises(CardError) as refused:
        read(folder, text, **more)
    return str(refused.value)


# reading

def test_what_the_editor_wrote_is_read_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    both = ('[headline]\nfinding = "topics"\nda = "Om tog"\nen = "On trains"\n[unknown]\nda = ["Alt."]\nen = ["All."]\n')
    put(tmp_path, SIGNED + both)
    danish, english = (read(tmp_path, language=spoken, languages=LANGUAGES[:2]) for spoken in ("da", "en"))
    assert (danish.headline.text, english.headline.text) == ("Om tog", "On trains")
    assert (danish.unknown, english.unknown) == (("Alt.",), ("All.",))
    assert danish.headline.line == 5
    assert english.headline.line == 6


def test_without_a_file_nothing_is_written_and_every_part_is_open_but_a_follow_up_on_nothing(tmp_path: Path) -> None:
    assert read(tmp_path).open_parts() == ["headline", "peaks", "recommendations", "unknown", "focus", "vignettes"]
    assert "peaks" not in read(tmp_path).open_parts(has_peaks=False)


def test_a_part_that_the_report_goes_without_or_that_is_written_is_not_open(tmp_path: Path) -> None:
    found = read(tmp_path, SIGNED + 'without = ["focus", "vignettes"]\n' + RECOMMENDED + FOCUS)
    assert found.open_parts() == ["headline", "peaks", "unknown"]


def test_what_is_left_empty_is_open_and_no_fault(tmp_path: Path) -> None:
    empty = '[headline]\nfinding = ""\nda = ""\n[unknown]\nda = []\n[focus]\n[[recommendations]]\n[[peaks]]\ntopic = ""\n'
    put(tmp_path, SIGNED + empty)
    found = read(tmp_path)
    assert (found.headline, found.recommendations, found.peaks, found.focus) == (None, (), (), None)
    assert "recommendations" in found.open_parts()


def test_a_file_holds_for_its_own_period_alone_and_is_no_review_of_words(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + RECOMMENDED, "2025Q2")
    review = read_review(tmp_path, "2025Q3", language="da")
    assert review.editorial.recommendations == ()
    assert [r.id for r in review.editorial.before] == ["lys"]
    assert review.entries.empty


def test_the_last_report_is_followed_up_and_an_answer_of_known_id_takes_its_text(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + RECOMMENDED.replace('"lys"', '"bus"'), "2024Q4")
    put(tmp_path, SIGNED + RECOMMENDED, "2025Q2")
    put(tmp_path, SIGNED + RECOMMENDED.replace('"lys"', '"own"'), "2025Q4")
    asked = '[[follow_up]]\nid = "lys"\nstatus = "done"\nnote_da = "Det lyser."\n'
    found = read(tmp_path, SIGNED + asked)
    assert [(f.id, f.text, f.status, f.note) for f in found.follow_up] == [("lys", "Tænd lyset.", "done", "Det lyser.")]
    assert "follow_up" not in found.open_parts()
    assert "follow_up" in read(tmp_path, SIGNED + asked.replace('"done"', '""')).open_parts()
    assert "line 4, [[follow_up]]: the last report recommended nothing of this id" in refusal(
        tmp_path, SIGNED + asked.replace('"lys"', '"bus"'))


@pytest.mark.parametrize(("text", "line", "what"), [
    ("[headline]\nfinding = \"topics\"\nda = \"{share\"\n", 5, "brace"),
    ("[headline]\nfinding = \"topics\"\nda = \"Det er 5\"\n", 5, "written by hand"),
    ("[headline]\nfinding = \"topics\"\nda = \"Det er ½\"\n", 5, "written by hand"),
    ("[headline]\nfinding = \"topics\"\nda = \"Halvdelen\"\n", 5, "written by hand"),
    ("[headline]\nfinding = \"topics\"\nda = \"{share.real}\"\n", 5, "a placeholder is a name"),
    ("[headline]\nfinding = \"topics\"\nda = \"{share!r}\"\n", 5, "a placeholder is a name"),
    ("[headline]\nfinding = \"topics\"\nda = \"{{share}}\"\n", 5, "braces"),
    ("[headline]\nfinding = \"topics\"\nda = \"a\\nb\"\n", 5, "one line"),
    ("[headline]\nfinding = \"topics\"\nda = 5\n", 5, "not a text"),
    ("[headline]\nda = \"Tog\"\n", 3, "finding is missing"),
    ("[findings.topics]\nen = \"Trains\"\n", 4, "en is given, da is missing"),
    ("[findings]\ntopics = \"Tog\"\n", 4, "write a table"),
    (RECOMMENDED.replace("ssp", "king"), 5, "addressee is not one of committee, ssp"),
    (RECOMMENDED.replace("small", "tiny"), 9, "effort is not one of small, medium, large"),
    (RECOMMENDED.replace("vej og park", "Mette Hansen"), 8, "a person's name"),
    (RECOMMENDED.replace('"lys"', '"Lys på stien"'), 4, "not written as it should be"),
    (RECOMMENDED.replace('effort = "small"\n', ""), 3, "effort is missing"),
    (RECOMMENDED * 2, 11, "the same as on line 3"),
    ("".join(RECOMMENDED.replace("lys", f"lys-{n}") for n in range(10)), 75, "more than 9"),
    (EXPLAINED.replace('source_da = "jernbanen"\n', ""), 3, "source_da is missing"),
    (EXPLAINED.replace("W32", "W60"), 5, "week is not written as it should be, such as"),
    ('[[follow_up]]\nid = "lys"\nda = "Tænd."\nstatus = "maybe"\n', 6, "status is not one of done, under_way, dropped"),
    (FOCUS + 'en = "x"\n', 3, "no field called like this"),
    (FOCUS.replace('["volume"]', '["volume", "peaks", "topics"]'), 7, "figures holds more than 2"),
    ('[[vignettes]]\ntopic = "tog"\nda = "x"\n', 4, "topic is not written as it should be"),
    ('[unknown]\nda = "Alt"\n', 4, "da is a list of texts"),
    ('[unknown]\nda = ["x"]\nen = ["x", "y"]\n', 4, "differ in length"),
    ('[recommendations]\nda = "x"\n', 3, "write a table, each field"),
    ('[quotes]\nda = "x"\n', 3, "no field or table called like this"),
])
def test_a_fault_is_told_with_file_and_line_and_never_with_what_is_written(tmp_path: Path, text: str, line: int,
                                                                          what: str) -> None:
    said = refusal(tmp_path, SIGNED + text)
    assert f"reviews/2025Q3.report.toml, line {line}" in said
    assert what in said
    assert "Hansen" not in said


@pytest.mark.parametrize(("head", "what"), [
    ('date = 2025-10-08\n', "write your role at the top"), ('editor = "Mette Hansen"\ndate = 2025-10-08\n', "a person's name"),
    ('editor = "presserådgiver"\n', "write the day at the top"), (SIGNED + 'without = ["all"]\n', "line 3: without is a list"),
    (SIGNED + "without = 5\n", "without is a list")])
def test_what_is_written_is_signed_with_role_and_day(tmp_path: Path, head: str, what: str) -> None:
    assert what in refusal(tmp_path, head + RECOMMENDED)


def test_all_faults_are_told_at_once_together_with_those_of_the_words(tmp_path: Path) -> None:
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews" / "2025Q3.toml").write_text("nonsense = 1\n", encoding="utf-8")
    said = refusal(tmp_path, SIGNED + RECOMMENDED.replace("ssp", "king") + EXPLAINED.replace("K-002", "tog"))
    assert "3 to correct" in said
    assert "reviews/2025Q3.toml, line 1" in said


def test_lines_are_found_past_texts_over_several_lines() -> None:
    text = 'a = """\n[headline]\nb = 1\n"""\n[headline]\nc = 2\n[[peaks]]\n[[peaks]]\nd = 4\n[findings."x"]\ne = 5'
    spots = find_spots(text)
    assert (line_of(spots, "headline"), line_of(spots, "headline", "", "c"), line_of(spots, "peaks", "1", "d"),
            line_of(spots, "peaks", "1", "gone"), line_of(spots, "findings", "x", "e"), line_of(spots, "a"),
            line_of(spots, "nowhere")) == (5, 6, 9, 8, 11, 1, 1)


# hostile files

@pytest.mark.parametrize("text", ["x" * 200_001, "a = " + "[" * 5000, 'da = "\x00"', "[headline\n", 'da = "\ud800"'.encode(
    "utf-8", "surrogatepass").decode("latin-1")])
def test_a_hostile_file_is_refused_and_what_it_holds_is_not_repeated(tmp_path: Path, text: str) -> None:
    said = refusal(tmp_path, text)
    assert "2025Q3.report.toml" in said
    assert len(said) < 2000


@pytest.mark.parametrize("letter", ["\u202e", "\u0007", "\u2028", "\u200b"])
def test_a_text_with_what_cannot_be_seen_is_refused(tmp_path: Path, letter: str) -> None:
    code = "".join(f"\\u{ord(c):04X}" for c in letter)
    assert "one line of at most" in refusal(tmp_path, SIGNED + RECOMMENDED.replace("Tænd", f"T{code}"))


def test_markup_and_formulas_are_a_text_like_any_other(tmp_path: Path) -> None:
    found = read(tmp_path, SIGNED + RECOMMENDED.replace("Tænd lyset.", "=1+1 <b>#box[x]</b>"))
    assert found.recommendations[0].text == "=1+1 <b>#box[x]</b>"


def test_a_file_not_called_after_a_period_is_named(tmp_path: Path) -> None:
    put(tmp_path, SIGNED, "last")
    assert "last.report.toml: not called after a period" in refusal(tmp_path, "")


# what a sentence may say

def fit(text: str, name: str = "topic_change", *, language: str = "en", is_finding: bool = True) -> tuple[str, list[str]]:
    told = tell(small_finding(name))
    told = replace(told, value=told.facts[{"topic_change": "change", "volume": "posts"}[name]])
    return fit_text(text, told, open_wording(language), is_finding=is_finding)


def test_a_sentence_is_filled_the_way_the_finding_writes_its_numbers() -> None:
    assert fit("{label}: {panel}, {panel_before} before, {posts} and {posts_before}") == (
        "{label}: {panel:share}, {panel_before:share} before, {posts} and {posts_before}", [])
    assert fit("{label}: {change}")[0] == "{label}: {change:points}"
    assert fit("{posts:number} in {arenas:number}", "volume")[1] == []
    assert fit("{before} and {change}")[0] == "{before:quarter} and {change:points}"


def test_a_sentence_names_the_main_number_or_all_those_of_the_findings_own_sentence() -> None:
    assert fit("{label} is large")[1] == ["the main number is missing: write {change:points}, or "
                                          "{panel:share} and {panel_before:share} and {posts} and {posts_before}"]
    assert fit("{label}: {panel}")[1]
    # what has the value of the main number by chance is not it
    chance = replace(tell(small_finding("volume")), value=97.0, facts={"posts": 97, "arenas": 9, "weeks": 97})
    assert fit_text("{weeks} weeks", chance, open_wording("en"), is_finding=True)[1] == [
        "the main number is missing: write {posts}, or {arenas:arenas} and {posts}"]
    assert fit("{label}: {panel} after {panel_before}")[1]
    assert fit("{label}: {panel} after {panel_before}, {posts} after {posts_before}")[1] == []
    assert fit("{label}: {change}")[1] == []
    assert fit("{label} is large", is_finding=False)[1] == []


def test_a_placeholder_that_is_not_there_is_told_with_those_that_are() -> None:
    (fault,) = fit("{nothing} and {change}")[1]
    assert fault.startswith("there is no placeholder {nothing}; there are ")
    assert "{panel:share}" in fault
    assert "there are {posts}" in fit("5 posts", "volume")[1][-1]


@pytest.mark.parametrize("text", ["{panel:number} {change}", "{change:share}", "{panel:points} {change}"])
def test_a_way_of_writing_that_would_print_another_number_is_refused(text: str) -> None:
    assert "would write the number wrongly" in fit(text)[1][0]


@pytest.mark.parametrize(("language", "text", "is_fine"), [
    ("da", "{posts} opslag: samtalen voksede", False), ("da", "{posts} opslag, og tallet steg", False),
    ("da", "{posts} opslag, flere end før", False), ("da", "{posts} opslag, og intet har ændret sig", True),
    ("da", "{posts} opslag fra byens voksne og unge", True), ("en", "Posts rose to {posts}", False),
    ("en", "Posts fell to {posts}", False), ("en", "{posts} posts, fewer than before", False),
    ("en", "{posts} posts, and nothing changed", True), ("en", "{posts} posts in town", True)])
def test_a_change_can_only_be_told_where_the_finding_tested_one(language: str, text: str, is_fine: bool) -> None:
    assert (fit(text, "volume", language=language)[1] == []) is is_fine


def test_a_rise_is_not_told_as_a_fall_nor_a_fall_as_a_rise() -> None:
    rose = replace(tell(small_finding("topic_change")), is_change=True, value=0.09)
    english = open_wording("en")
    assert fit_text("{label} fell by {change}", rose, english, is_finding=True)[1] == [
        "it speaks of a fall, and the finding is a rise"]
    assert fit_text("{label} grew by {change}", rose, english, is_finding=True)[1] == []
    fell = replace(rose, value=-0.09, facts={**rose.facts, "change": -0.09})
    assert fit_text("{label} grew by {change}", fell, english, is_finding=True)[1] == [
        "it speaks of a rise, and the finding is a fall"]


def test_a_finding_that_has_nothing_to_tell_is_not_reworded() -> None:
    mute = replace(tell(small_finding("volume")), reason="too_few")
    assert "nothing to tell" in fit_text("{posts} posts", mute, open_wording("en"), is_finding=True)[1][0]


@pytest.mark.parametrize("language", ["da", "en", "sv", "no"])
def test_simple_words_for_numbers_and_changes_are_known_in_each_language(language: str) -> None:
    words = {"da": ("tre", "voksede", "ikke"), "en": ("three", "grew", "not"), "sv": ("tre", "växte", "inte"),
             "no": ("tre", "vokste", "ikke")}[language]
    assert claims_number(f"kl. {words[0]} x", language)
    assert not claims_number("kl. x", language)
    assert claims_change(f"x {words[1].upper()} y", language)
    assert not claims_change(f"x {words[1]} {words[2]} y", language)


# writing

def run(folder: Path, *names: str) -> None:
    propose(folder, topic("K-001", "havn"))
    write_told(told_path(folder, "2025Q3"), [tell(small_finding(name)) for name in names])


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_template_is_comments_that_become_a_sound_file_when_their_signs_are_taken_away(tmp_path: Path,
                                                                                          language: str) -> None:
    run(tmp_path, "volume", "topic_change", "topics", "peaks")
    done = write_review(tmp_path, "2025Q3", language=language)
    text = done.report.path.read_text(encoding="utf-8")
    assert tomllib.loads(text) == {"editor": "", "date": "", "without": []}
    lines = [line.removeprefix("# ") for line in text.replace('editor = ""', SIGNED.split("\n")[0]).replace(
        'date = ""', "date = 2025-10-08").split("\n")]
    # what follows an example up to the next blank line belongs to it
    kept, inside = [], False
    for line in lines:
        inside = (inside or line.startswith("[")) and bool(line) and not line.startswith("#")
        kept.append(line if inside or line.startswith(("editor", "date")) else "")
    put(tmp_path, "\n".join(kept))
    found = read(tmp_path, language=language)
    assert found.headline
    assert found.findings
    assert found.focus
    assert all(getattr(found, table) for table in MOST)
    assert set(tomllib.loads("\n".join(kept))) == {"editor", "date", *TABLES}


def test_the_template_lists_every_finding_with_its_sentence_and_placeholders(tmp_path: Path) -> None:
    run(tmp_path, "volume", "peaks")
    text = write_review(tmp_path, "2025Q3", language="en").report.path.read_text(encoding="utf-8")
    assert "# volume – In quarter 3 of 2025, 97 posts were written in 9 arenas." in text
    assert "{posts} = 97" in text
    assert "{expected:number} = 14" in text
    told = read_told(tmp_path, "2025Q3")["volume"]
    assert set(placeholders_of(told, open_wording("en"))) == {*small_finding("volume").facts, "period"}


def test_the_template_asks_what_became_of_each_last_recommendation(tmp_path: Path) -> None:
    put(tmp_path, SIGNED + RECOMMENDED, "2025Q2")
    run(tmp_path)
    done = write_review(tmp_path, "2025Q3", language="da")
    found = tomllib.loads(done.report.path.read_text(encoding="utf-8"))
    assert [entry["id"] for entry in found["follow_up"]] == ["lys"]
    assert "follow_up" in done.report.open
    assert "# Tænd lyset." in done.report.path.read_text(encoding="utf-8")


def test_a_file_that_somebody_wrote_stays_to_the_byte(tmp_path: Path) -> None:
    path = put(tmp_path, f"\ufeff{SIGNED}# mine\n{RECOMMENDED}".replace("\n", "\r\n"))
    before = path.read_bytes()
    run(tmp_path, "volume")
    done = write_review(tmp_path, "2025Q3", language="da")
    assert path.read_bytes() == before
    assert not done.report.is_new


def test_what_does_not_fit_the_last_run_is_told_with_its_line(tmp_path: Path) -> None:
    run(tmp_path, "volume", "peaks")
    put(tmp_path, SIGNED + '[headline]\nfinding = "spread"\nda = "Om tog"\n[findings.volume]\nda = "{share} opslag"\n'
        '[findings.topics]\nda = "{x}"\n' + EXPLAINED + RECOMMENDED + FOCUS.replace("volume", "topics"))
    done = write_review(tmp_path, "2025Q3", language="da")
    told = "\n".join(done.report.unfit)
    for line, what in ((5, "[headline]: the last run told nothing"), (7, "[findings.volume]: there is no placeholder"),
                       (9, "[findings.topics]: the last run"), (10, "[[peaks]]: this topic has no peak"),
                       (15, "[[recommendations]]: the last run"), (23, "[focus]: the last run")):
        assert f"line {line}, {what}" in told
    assert done.report.describe().endswith(done.report.unfit[-1])
    assert done.list_all()["report"]["unfit"] == list(done.report.unfit)


def test_a_week_in_which_all_posts_stand_out_is_asked_for_and_may_be_explained(tmp_path: Path) -> None:
    peaks = small_finding("peaks")
    whole = peaks.data.assign(topic_id=pd.NA, stable_id=pd.NA, label="all_posts")
    propose(tmp_path, topic("K-001", "havn"))
    write_told(told_path(tmp_path, "2025Q3"), [tell(replace(peaks, data=whole))])
    text = write_review(tmp_path, "2025Q3", language="da").report.path.read_text(encoding="utf-8")
    assert '# topic = "all_posts", week = "2025-W32"' in text
    put(tmp_path, SIGNED + EXPLAINED.replace("K-002", "all_posts"))
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.report.unfit == ()
    assert "peaks" not in done.report.open


def test_without_a_run_that_told_its_findings_nothing_is_said_to_be_unfit(tmp_path: Path) -> None:
    propose(tmp_path, topic("K-001", "havn"))
    put(tmp_path, SIGNED + EXPLAINED)
    done = write_review(tmp_path, "2025Q3", language="da")
    assert done.report.unfit == ()
    assert "peaks" not in done.report.open


def test_without_a_run_no_file_is_begun(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_review(tmp_path, "2025Q3", language="da")
    assert not list(tmp_path.rglob("*.toml"))
