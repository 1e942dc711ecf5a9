from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import CardError, InputError
from workbench.sources import describe_processing
from workbench.sources.keeping.processing_record import write_processing


def test_the_record_holds_every_card_and_what_the_law_asks_for(study, make):
    study.put(make.chat(make.message(1)), controller='"Prøveby *Kommune*"')
    study.put(make.chat(make.message(1)), source="anden", access='"closed"', closed_basis='"§ 12"')
    record = describe_processing(study.settings, language="da")["fortegnelse.md"]
    for words in ("artikel 30", "Prøveby \\*Kommune\\*", "§ 10", "### anden", "§ 12", "30. september 2027", "Slettefrister"):
        assert words in record


def test_the_assessment_leaves_what_only_the_controller_can_say_open(study, make):
    study.put(make.chat(make.message(1)))
    assessment = describe_processing(study.settings, language="en")["impact-assessment.md"]
    assert "Article 35" in assessment
    assert "[give reasons]" in assessment
    assert "[conclusion]" in assessment


def test_both_languages_hold_the_same_sections(study, make):
    study.put(make.chat(make.message(1)))
    counts = [[text.count("\n## ") for text in describe_processing(study.settings, language=lang).values()]
              for lang in ("da", "en")]
    assert counts[0] == counts[1]
    assert min(counts[0]) > 5


def test_without_a_card_there_is_nothing_to_record(study):
    with pytest.raises(InputError, match=r"no source\.toml"):
        describe_processing(study.settings, language="da")


def test_a_card_with_faults_is_named(study, make):
    study.put(make.chat(make.message(1)), purpose=None)
    with pytest.raises(CardError, match="purpose"):
        describe_processing(study.settings, language="da")


def test_the_documents_lie_beside_the_reports(study, make):
    study.put(make.chat(make.message(1)))
    paths = write_processing(study.settings, language="da")
    assert [p.relative_to(study.folder).as_posix() for p in paths] == [
        "reports/prøveby/record/fortegnelse.md", "reports/prøveby/record/konsekvensanalyse.md"]


PRODUCTS = pd.DataFrame({"title": ["Kort | nyt", "Advarsel"], "period": ["quarter", "day"], "purpose": ["Oplysning", ""],
                         "recipients": ["Alle borgere", ""], "kept_months": pd.array([60, None], "Int64")})


def test_the_record_lists_every_product_and_asks_for_what_its_file_does_not_say(study, make):
    study.put(make.chat(make.message(1)))
    told = describe_processing(study.settings, language="da", products=PRODUCTS)
    assert "| Kort \\| nyt | hvert kvartal | Oplysning | Alle borgere | 60 måneder |" in told["fortegnelse.md"]
    assert "| Advarsel | hver dag, der er brug for det | [angiv] | [angiv] | [angiv] |" in told["fortegnelse.md"]
    assert "Kort" not in told["konsekvensanalyse.md"]


def test_the_record_names_the_folders_in_which_staff_write_as_far_as_they_are_there(study, make):
    study.put(make.chat(make.message(1)))
    assert "Det, medarbejdere skriver" not in describe_processing(study.settings, language="da")["fortegnelse.md"]
    for folder in ("watch", "alerts"):
        (study.folder / folder).mkdir()
    record = describe_processing(study.settings, language="da")["fortegnelse.md"]
    assert "watch/ (" in record
    assert "alerts/ (" in record
    assert "handbook/ (" not in record
