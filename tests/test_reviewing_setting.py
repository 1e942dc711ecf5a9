"""One answer changes in the text of a file, and every other character stays."""

from __future__ import annotations

import tomllib

import pytest

from workbench.errors import CardError
from workbench.reviewing.setting import set_answer, set_entry, set_top

REVIEW = '''# head
reviewer = ""  # your role
date = ""  # day

[topics.K-003]  # 12 posts
words = ["a", # why
 "b"]  # left out
decision = ""  # "open"
da = ""
# a note

[words]
"#x" = { decision = "", da = "", en = "" }  # looks
# end
[domains]
"a.dk" = { decision = "" }
'''
REPORT = '''editor = ""  # role
# Peaks
# [[peaks]]
# topic = "x"

# More
[[follow_up]]
id = "a"  # text
status = ""
'''


@pytest.mark.parametrize("turn", [str, lambda t: t.replace("\n", "\r\n"), lambda t: t.rstrip("\n"), lambda t: "\ufeff" + t],
                         ids=["plain", "windows", "no last line end", "byte order mark"])
def test_comments_and_line_ends_stay_around_what_changes(turn) -> None:
    text = turn(REVIEW)
    after = set_top(text, {"reviewer": "ssp"})
    after = set_answer(after, "topics", "K-003", {"words": ["b"], "decision": "approve", "da": 'a "q" # x'})
    after = set_answer(after, "words", "#x", {"decision": "hide"})
    after = set_answer(after, "domains", "a.dk", {"decision": "approve"})
    expected = REVIEW.replace('reviewer = ""', 'reviewer = "ssp"').replace('["a", # why\n "b"]', '["b"]').replace(
        'decision = ""  # "open"\nda = ""', 'decision = "approve"  # "open"\nda = "a \\"q\\" # x"').replace(
        '"#x" = { decision = ""', '"#x" = { decision = "hide"').replace('"a.dk" = { decision = "" }', '"a.dk" = { decision = "approve" }')
    assert after == turn(expected)


@pytest.mark.parametrize("turn", [str, lambda t: t.replace("\n", "\r\n"), lambda t: t.rstrip("\n")])
def test_an_entry_goes_below_what_the_file_says_of_it_and_can_be_changed(turn) -> None:
    after = set_entry(turn(REPORT), "peaks", None, {"topic": "K-001"})
    after = set_entry(after, "peaks", None, {"topic": "K-002"})
    after = set_entry(after, "peaks", 0, {"topic": "K-003", "da": "z"})
    after = set_entry(after, "follow_up", 0, {"status": "done"})
    said = tomllib.loads(after)
    assert said["peaks"] == [{"topic": "K-003", "da": "z"}, {"topic": "K-002"}]
    assert said["follow_up"] == [{"id": "a", "status": "done"}]
    lines = after.replace("\r\n", "\n").split("\n")
    assert lines.index('# topic = "x"') < lines.index("[[peaks]]") < lines.index("# More")
    assert 'id = "a"  # text' in lines


@pytest.mark.parametrize("text", ['words."x".decision = ""\n', 'words = { "x" = { decision = "" } }\n'])
def test_what_is_written_in_another_way_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises((CardError, StopIteration)) as refused:
        set_answer(text, "words", "x", {"decision": "hide"})
    assert refused.type is CardError
    assert "text editor" in str(refused.value)
