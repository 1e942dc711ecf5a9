"""What a municipality calls the codes of its codebook, as findings carry it: a name in every language of reports."""

from __future__ import annotations

from workbench.settings import LANGUAGES
from workbench.tables.codebook import Codebook
from workbench.tables.spec import Column

CODE = Column("string")  # key of the codebook
NAME = Column("object", shown="named")  # of `name_code`


def name_code(book: Codebook, key: str) -> dict[str, str] | str:
    """Return the name of a code by language; of a code that no codebook holds, such as `STRICT_HATE`, its key.

    The key's word stands in the catalogs (``value.<key>``). A column of names is shown as ``named``, a sentence names
    it as ``{name:named}``, a chart asks `Wording.named`.
    """
    code = book.codes.get(key)
    return key if code is None else {language: code.text(language).name for language in LANGUAGES}
