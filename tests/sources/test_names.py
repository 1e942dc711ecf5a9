from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sources import redact
from workbench.sources.redaction.name_search import redact_names
from workbench.sources.redaction.names import NAME_COLUMNS, NameBook, join_names, keyed_names

KEY = b"k" * 32
PEOPLE = ("Mette Louise Prøvekjær", "Matti Koevirtanen", "Jón Þrastarson", "Anna Tilraunardóttir", "Bo Berg", "Åse Øvstrup",
          "Anne-Marie Holm-Skytte", "Ole von Prøv", "🔥Kasper🔥 Testgaard", "Stor Stjerne Ulv")


def book(*names):
    return NameBook(keyed_names(names or PEOPLE, key=KEY), KEY)


BOOK = book()


def one(text, known=BOOK, **options):
    return redact_names(pd.Series([text], dtype="string"), known, **options)[0]


@pytest.mark.parametrize("written", [
    "Mette Louise Prøvekjær", "Mette Prøvekjær", "mette prøvekjær", "METTE PRØVEKJÆR", "Prøvekjær, Mette", "Prøvekjær Mette",
    "M. Prøvekjær", "M Prøvekjær", "M. L. Prøvekjær", "Mette L. Prøvekjær", "Mette Proevekjaer", "Mette Provekjar",
    "#MetteProevekjaer", "#metteprøvekjær", "metteprøvekjær", "mette_proevekjaer", "mette.prøvekjær", "Prøvekjær", "Prøvekjærs",
    "Mette Prøvekjærs", "Mettes Prøvekjær", "prøvekjær", "Matti Koevirtasen", "Matti Koevirtaselle", "Matti Koevirtasella",
    "Matti Koevirtasesta", "Matti Koevirtasta", "Koevirtasen", "Jóns Þrastarsonar", "Jóni Þrastarsyni", "Jon Thrastarson",
    "Önnu Tilraunardóttur", "Tilraunardóttur", "Bo Berg", "BO BERG"[:2].title() + " Berg", "Aase Oevstrup", "ÅSE ØVSTRUP", "Øvstrups",
    "Anne-Marie Skytte", "anne marie holm-skytte", "Ole von Prøv", "O. von Prøv", "Kasper Testgaard", "Testgaards", "Stor Stjerne Ulv",
])
def test_a_name_is_found_however_it_is_written(written):
    assert one(f"så sagde {written}, at") in ("så sagde [name], at", "så sagde #[name], at")


@pytest.mark.parametrize("text", [
    "Mette og Matti", "i Berg og på Bo", "bo berg", "berg og dal", "stor stjerne ulv", "Holm og Skytte", "Anne Marie", "Prøvekjærester",
    "Prøvekjæ", "m prøve", "Mette sagde: i går", "Ole og Bo", "Mette Louise", "[name] [phone] [person number]",
])
def test_given_names_ordinary_words_and_what_only_resembles_a_name_stay(text):
    assert one(text) == text


@pytest.mark.parametrize("name", [
    "Mette", "🔥🔥", "", "Deleted Account", "Slettet konto", "Facebook User", "Kasper HjælpeBot", "Support Bot", "A B",
    "En kanal om alt hvad der sker", "12 34", "Dr. Prøve",
])
def test_what_is_no_name_of_a_person_makes_no_entry(name):
    assert len(keyed_names([name], key=KEY)) == 0


def test_the_book_holds_no_name_in_clear_and_says_nothing_under_another_key():
    made = keyed_names(PEOPLE, key=KEY)
    assert made.dtypes.astype(str).to_dict() == NAME_COLUMNS
    assert one("Mette Prøvekjær", NameBook(made, b"x" * 32)) == "Mette Prøvekjær"
    other = keyed_names(PEOPLE, key=b"x" * 32)
    assert len(other) == len(made)
    assert not set(made["token"]) & set(other["token"])
    assert "k" * 8 not in repr(NameBook(made, KEY))


def test_a_book_is_the_same_for_the_same_people_and_grows_by_joining():
    first, second = keyed_names(PEOPLE[:4], key=KEY), keyed_names(PEOPLE[3:], key=KEY)
    joined = join_names([second, first])
    assert joined.equals(keyed_names(reversed(PEOPLE), key=KEY))
    assert join_names([joined, first]).equals(joined)
    assert join_names([]).dtypes.astype(str).to_dict() == NAME_COLUMNS


def test_a_text_may_be_redacted_again_when_a_new_name_is_known():
    once = redact(pd.Series(["Mette Prøvekjær, Bo Berg og tlf. 20304050"], dtype="string"), names=book("Bo Berg"))
    assert once[0] == "Mette Prøvekjær, [name] og tlf. [phone]"
    assert redact_names(once, BOOK)[0] == "[name], [name] og tlf. [phone]"


def test_titles_of_arenas_stay_where_a_text_writes_them():
    text = "se Radio Prøvekjær og Prøvekjær og Mette Prøvekjær"
    assert one(text, own_titles=["Radio Prøvekjær"]) == "se Radio Prøvekjær og [name] og [name]"
    assert one(text, own_titles=["Mette Prøvekjær"]) == "se Radio [name] og [name] og Mette Prøvekjær"
    assert redact(pd.Series([text]), names=BOOK, own_titles=["Radio Prøvekjær", "Mette Prøvekjær"])[0] == (
        "se Radio Prøvekjær og [name] og Mette Prøvekjær")


def test_a_word_named_as_ordinary_is_never_redacted_alone():
    known = NameBook(keyed_names(["Mette Prøveby"], key=KEY, ordinary=["Prøveby"]), KEY)
    assert one("Mette Prøveby fra Prøveby", known) == "[name] fra Prøveby"
    assert one("Mette Prøveby fra Prøveby", book("Mette Prøveby")) == "[name] fra [name]"


def test_a_form_of_a_surname_that_is_an_ordinary_word_stays():
    assert one("Berge kom til Bergen", book("Kari Berge")) == "[name] kom til Bergen"


def test_a_surname_is_redacted_alone_only_where_another_word_shows_that_it_is_one():
    assert one("en Krigsmaling i Glittersko", book("Vild Krigsmaling", "Kasper Glittersko")) == "en Krigsmaling i [name]"


def test_missing_stays_missing_and_the_index_is_kept():
    texts = pd.Series(["Bo Berg", None, "Bo Berg"], index=[7, 3, 5], dtype="string", name="text")
    found = redact_names(texts, BOOK)
    assert found.index.tolist() == [7, 3, 5]
    assert found.fillna("-").tolist() == ["[name]", "-", "[name]"]
    assert texts[7] == "Bo Berg"
    assert redact_names(texts, NameBook(join_names([]), KEY)).fillna("-").tolist() == ["Bo Berg", "-", "Bo Berg"]


_PIECES = st.sampled_from((
    *PEOPLE, "Mette", "Prøvekjær", "prøvekjær", ",", " ", ". ", "-", "M", "M.", "[name]", "[phone]", "von", "#", "_", "Åse", "Øvstrups", "\n", "e\u0301",
)) | st.text(max_size=4)


@given(st.lists(_PIECES, max_size=8).map("".join))
def test_a_second_look_finds_nothing_more(text):
    once = one(text)
    assert one(once) == once
