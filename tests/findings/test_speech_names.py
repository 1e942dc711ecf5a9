"""A code is called what the municipality's codebook calls it, in the language of the report."""

import pandas as pd

from tests.speech_worlds import make_codebook
from workbench.findings.speech_names import name_code
from workbench.settings import LANGUAGES
from workbench.spreadsheets import write_csv
from workbench.wording import open_wording


def test_a_code_is_named_in_each_language_and_in_english_where_nobody_wrote_it() -> None:
    name = name_code(make_codebook(["attack"]), "attack")
    assert set(name) == set(LANGUAGES)
    assert [open_wording(language).named(name) for language in ("da", "sv")] == ["attack da", "attack en"]


def test_a_sentence_a_table_and_a_file_name_a_code_in_the_language_and_braces_in_a_name_stay_what_they_are() -> None:
    name = {"da": "{by}", "en": "=town"}
    assert open_wording("da").fill("Om {name:named}.", {"name": name}) == "Om {by}."
    table = pd.DataFrame({"name": pd.Series([name, None], dtype=object), "posts": [1, 2]})
    assert write_csv(table, language="da") == "name,posts\n{by},1\n,2\n"
    assert write_csv(table, language="en").startswith("name,posts\n'=town,1")


def test_a_code_that_no_codebook_holds_keeps_the_word_of_the_catalogs() -> None:
    assert name_code(make_codebook(["attack"]), "telegram") == "telegram"
    assert open_wording("en").named("telegram") == "Telegram"
