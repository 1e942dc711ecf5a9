"""An alert is drafted, confirmed by two people, sent out, acted upon and closed; each step is there or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from workbench.alerting import (
    change_alert,
    close_alert,
    confirm_alert,
    decline_alert,
    describe_alerts,
    enrol_role,
    find_alert,
    find_hold,
    list_alerts,
    note_action,
    note_export,
    raise_alert,
    raise_signals,
    read_alert,
    withdraw_role,
)
from workbench.errors import CardError, TableError
from workbench.handbook import read_handbook
from workbench.tables.alerts import SIGNAL_COLUMNS

NOW = pd.Timestamp("2025-08-20 12:00", tz="UTC")
ALERT = "2025-08-20-a"


def later(hours: float) -> pd.Timestamp:
    return NOW + pd.Timedelta(hours=hours)


def draft(study: Path, **said) -> str:
    return raise_alert(study, **{"role": "ssp-konsulent", "level": "red", "harm": "harm.exposure", "now": NOW, **said}).id


def confirm(study: Path, hours: float = 1.0) -> None:
    for role in ("ssp-konsulent", "beredskabschef"):
        confirm_alert(study, ALERT, role=role, code=enrol_role(study, role), now=later(hours))


def signal(trigger: str = "hours", since: str = "2025-08-20 10:00", posts: int | None = 143) -> pd.DataFrame:
    row = {"trigger": trigger, "since": pd.Timestamp(since, tz="UTC"), "platforms": ["telegram"], "posts": posts,
           "hours": 6, "expected": 20.0, "arenas": 12}
    return pd.DataFrame([row], columns=list(SIGNAL_COLUMNS))


def test_what_was_measured_becomes_one_draft_and_only_once(tmp_path) -> None:
    [alert] = raise_signals(tmp_path, signal(), now=NOW)
    assert (alert.id, alert.state, alert.level, alert.harm, alert.verified) == (
        ALERT, "draft", "yellow", "", "unconfirmed")
    assert alert.counts == {"posts": 143, "hours": 6, "expected": 20, "arenas": 12}
    assert alert.expires_at == later(72)
    assert raise_signals(tmp_path, signal(since="2025-08-20 14:00"), now=NOW) == []
    decline_alert(tmp_path, ALERT, role="ssp-konsulent", because="en konkurrence i idrætsklubben", now=NOW)
    assert raise_signals(tmp_path, signal(), now=later(2)) == []
    assert [a.id for a in raise_signals(tmp_path, signal(since="2025-08-21 10:00"), now=NOW)] == ["2025-08-21-a"]
    assert [a.id for a in raise_signals(tmp_path, signal("claim"), now=NOW)] == ["2025-08-20-b"]


def test_a_number_that_the_gate_hides_is_not_there(tmp_path) -> None:
    [alert] = raise_signals(tmp_path, signal(posts=None).assign(expected=None, arenas=None, hours=None), now=NOW)
    assert alert.counts == {}


def test_a_table_with_more_than_counts_does_not_cross_over(tmp_path) -> None:
    with pytest.raises(TableError, match="and no others"):
        raise_signals(tmp_path, signal().assign(post_id="T-001:5"))
    assert not (tmp_path / "alerts").exists()


def test_one_person_and_one_role_do_not_confirm_twice(tmp_path) -> None:
    draft(tmp_path)
    first, colleague, chief = (enrol_role(tmp_path, role) for role in ("ssp-konsulent", "ssp-konsulent", "chef"))
    for role, code, why in (("chef", first, "Nobody has this code in the role"), ("chef", "aaaa-bbbb", "Nobody has")):
        with pytest.raises(CardError, match=why):
            confirm_alert(tmp_path, ALERT, role=role, code=code, now=NOW)
    assert confirm_alert(tmp_path, ALERT, role="ssp-konsulent", code=first.upper().replace("-", " "), now=NOW).state == "draft"
    with pytest.raises(CardError, match="This person has confirmed"):
        confirm_alert(tmp_path, ALERT, role="ssp-konsulent", code=first, now=NOW)
    with pytest.raises(CardError, match="two different roles"):
        confirm_alert(tmp_path, ALERT, role="ssp-konsulent", code=colleague, now=NOW)
    done = confirm_alert(tmp_path, ALERT, role="chef", code=chief, now=NOW)
    assert (done.state, done.confirmed_by) == ("confirmed", ("ssp-konsulent", "chef"))
    with pytest.raises(CardError, match="is confirmed, and only a draft"):
        confirm_alert(tmp_path, ALERT, role="chef", code=chief, now=NOW)


def test_a_code_that_was_withdrawn_confirms_nothing(tmp_path) -> None:
    draft(tmp_path)
    code = enrol_role(tmp_path, "chef")
    assert withdraw_role(tmp_path, "Chef") == 1
    with pytest.raises(CardError, match="Nobody has this code"):
        confirm_alert(tmp_path, ALERT, role="chef", code=code, now=NOW)


def test_no_code_and_no_name_is_kept(tmp_path) -> None:
    code = enrol_role(tmp_path, "chef")
    kept = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "alerts").glob("*.jsonl"))
    assert code not in kept
    assert "chef" in kept
    with pytest.raises(CardError, match="no name"):
        enrol_role(tmp_path, "Hanne Jensen")


def test_nobody_confirms_what_says_no_type_of_harm(tmp_path) -> None:
    draft(tmp_path, harm="")
    code = enrol_role(tmp_path, "chef")
    with pytest.raises(CardError, match="no type of harm"):
        confirm_alert(tmp_path, ALERT, role="chef", code=code, now=NOW)
    with pytest.raises(CardError, match=r"level is one of green.*harm is the code"):
        change_alert(tmp_path, ALERT, role="chef", said={"level": "purple", "harm": "vold"}, now=NOW)
    said = change_alert(tmp_path, ALERT, role="chef", said={"harm": "harm.violence", "verified": "confirmed"}, now=NOW)
    assert (said.harm, said.verified, said.verified_by) == ("harm.violence", "confirmed", "chef")


def test_what_was_changed_must_be_confirmed_again(tmp_path) -> None:
    draft(tmp_path)
    confirm(tmp_path)
    assert find_hold(tmp_path, ALERT, now=later(2)) == ""
    change_alert(tmp_path, ALERT, role="chef", said={"level": "green"}, now=later(2))
    assert read_alert(tmp_path, ALERT, now=later(2)).confirmed_by == ()
    assert find_hold(tmp_path, ALERT, now=later(2)) == "unconfirmed"


def test_only_what_two_confirmed_goes_out_and_nothing_after_it_expired(tmp_path) -> None:
    draft(tmp_path)
    with pytest.raises(CardError, match="is draft"):
        note_export(tmp_path, ALERT, now=later(1))
    confirm(tmp_path)
    assert note_export(tmp_path, ALERT, now=later(2)).state == "exported"
    assert len(note_export(tmp_path, ALERT, now=later(3)).steps) == 4
    assert read_alert(tmp_path, ALERT, now=later(71.9)).state == "exported"
    assert read_alert(tmp_path, ALERT, now=later(72)).state == "expired"
    with pytest.raises(CardError, match="has expired"):
        find_hold(tmp_path, ALERT, now=later(72))
    change_alert(tmp_path, ALERT, role="chef", said={}, hours=24, now=later(73))
    assert find_hold(tmp_path, ALERT, now=later(74)) == "unconfirmed"
    assert read_alert(tmp_path, ALERT, now=later(98)).state == "expired"


def test_what_was_declined_or_closed_stays_so_and_says_why_it_refuses(tmp_path) -> None:
    draft(tmp_path)
    decline_alert(tmp_path, ALERT, role="chef", because="en øvelse", now=later(1))
    for again in (lambda: note_action(tmp_path, ALERT, role="chef"), lambda: find_hold(tmp_path, ALERT),
                  lambda: change_alert(tmp_path, ALERT, role="chef", said={"level": "red"}),
                  lambda: close_alert(tmp_path, ALERT, role="chef", happened="intet", lesson="")):
        with pytest.raises(CardError, match=r"is declined \(last step 2025-08-20 13:00 UTC\)"):
            again()
    draft(tmp_path)
    for role in ("ssp", "chef"):
        confirm_alert(tmp_path, "2025-08-20-b", role=role, code=enrol_role(tmp_path, role), now=later(1))
    note_export(tmp_path, "2025-08-20-b", now=later(1))
    with pytest.raises(CardError, match="went out already"):
        decline_alert(tmp_path, "2025-08-20-b", role="chef", because="en øvelse", now=later(2))


def test_a_line_changed_by_hand_is_noticed(tmp_path) -> None:
    draft(tmp_path)
    confirm(tmp_path)
    path = tmp_path / "alerts" / f"{ALERT}.jsonl"
    lines = path.read_text().splitlines()
    forged = json.loads(lines[-1]) | {"role": "borgmester"}
    for text in ([*lines[:-1], json.dumps(forged)], [lines[0], lines[2]], [*lines, lines[-1]], [*lines, "{}"]):
        path.write_text("\n".join(text) + "\n")
        with pytest.raises(CardError, match=r"2025-08-20-a.jsonl, line \d: not as the workbench wrote it"):
            list_alerts(tmp_path)


def test_what_happened_goes_into_the_handbook_as_an_episode_beside_what_people_wrote(tmp_path) -> None:
    (tmp_path / "handbook").mkdir()
    own = ('# ours\n\n[[episode]]\nid = "fest"\nmonth = "2025-08"\ntone = "positive"\n'
           'da = "En fest uden ballade"\nwriter = "klubleder"')
    (tmp_path / "handbook" / "episodes.toml").write_text(own, encoding="utf-8")
    draft(tmp_path)
    confirm(tmp_path)
    close_alert(tmp_path, ALERT, role="ssp-konsulent", happened='Et billede blev delt på "skolen"', lesson="Ring før kl. 12",
                now=pd.Timestamp("2025-09-02 10:00", tz="UTC"))
    assert (tmp_path / "handbook" / "episodes.toml").read_text(encoding="utf-8").startswith(own)
    told = read_handbook(tmp_path, "episodes", language="da").iloc[1]
    assert (told["id"], told["month"], told["tone"], told["harm"], told["text"], told["writer"]) == (
        "alert-2025-08-20-a", "2025-09", "negative", "harm.exposure", 'Et billede blev delt på "skolen"', "ssp-konsulent")


def test_a_false_alarm_makes_no_episode_and_a_file_with_faults_is_left_as_it_was(tmp_path) -> None:
    draft(tmp_path)
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "episodes.toml").write_text("[episode]\n")
    with pytest.raises(CardError, match=r"handbook/episodes.toml, line 1"):
        close_alert(tmp_path, ALERT, role="chef", happened="en øvelse", lesson="", now=NOW)
    assert read_alert(tmp_path, ALERT, now=NOW).state == "draft"
    close_alert(tmp_path, ALERT, role="chef", happened="en øvelse", lesson="", is_false=True, now=NOW)
    assert (tmp_path / "handbook" / "episodes.toml").read_text() == "[episode]\n"


@pytest.mark.parametrize("text", ["skriv til a@b.dk", "ring 20 12 34 56", "", "a\nb", "x" * 241])
def test_a_closing_text_is_one_line_without_an_address_or_number(tmp_path, text) -> None:
    draft(tmp_path)
    with pytest.raises(CardError, match="happened"):
        close_alert(tmp_path, ALERT, role="chef", happened=text, lesson="", now=NOW)


def test_how_quick_and_how_right_alerts_were_is_told_with_the_count_behind_it(tmp_path) -> None:
    assert describe_alerts(tmp_path)["value"].isna().all()
    draft(tmp_path)
    confirm(tmp_path, 1)
    note_export(tmp_path, ALERT, now=later(2))
    note_action(tmp_path, ALERT, role="vagt", now=later(3))
    note_action(tmp_path, ALERT, role="vagt", now=later(9))
    close_alert(tmp_path, ALERT, role="chef", happened="et slagsmål", lesson="hold linjen åben", now=later(20))
    for because in ("en øvelse", "en konkurrence"):
        decline_alert(tmp_path, draft(tmp_path), role="chef", because=because, now=later(1))
    told = describe_alerts(tmp_path).set_index("measure")
    assert told.loc["time_to_alert", ["value", "count", "of"]].tolist() == [2, 1, 3]
    assert told.loc["time_to_action", ["value", "count", "of"]].tolist() == [3, 1, 3]
    assert told.loc["false_alarms", ["value", "count", "of"]].tolist() == [pytest.approx(2 / 3), 2, 3]
    assert told.loc["closed_with_lesson", ["value", "count", "of"]].tolist() == [1, 1, 1]


def test_the_alert_of_a_day_is_found_and_several_must_be_named(tmp_path) -> None:
    draft(tmp_path)
    assert find_alert(tmp_path, "2025-08-20", now=NOW).id == ALERT
    second = draft(tmp_path)
    with pytest.raises(CardError, match="Name it with -p alert_id"):
        find_alert(tmp_path, "2025-08-20", now=NOW)
    assert find_alert(tmp_path, "2025-08-20", second, now=NOW).id == second
    decline_alert(tmp_path, second, role="chef", because="den samme sag", now=NOW)
    assert find_alert(tmp_path, "2025-08-20", now=NOW).id == ALERT
    with pytest.raises(CardError, match="there is none"):
        find_alert(tmp_path, "2025-08-21", now=NOW)


def test_the_day_of_an_alert_is_told_by_the_clocks_of_the_place(tmp_path) -> None:
    assert draft(tmp_path, since=pd.Timestamp("2025-08-19 22:30", tz="UTC")) == "2025-08-20-a"
    with pytest.raises(CardError, match="future"):
        draft(tmp_path, since=later(1))
