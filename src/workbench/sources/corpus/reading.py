"""One export file as a corpus of its own, without a study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.settings import SourceCard
from workbench.sources.corpus.importing import import_files
from workbench.sources.corpus.intake import look_at
from workbench.sources.corpus.loading import load_corpus
from workbench.sources.corpus.store import locked
from workbench.sources.readers.detection import named_format
from workbench.tables.posts import Corpus


def read_export(path: Path, *, card: SourceCard, key: bytes, format_name: str | None = None) -> Corpus:
    """Read one export file as a corpus.

    Parameters
    ----------
    key
        Of the pseudonyms, 32 bytes: `load_key`.
    format_name
        Where it cannot be told from the content; `describe_formats` lists the names.

    Returns
    -------
    corpus
        As an import would store it, posts without a readable time included; `provenance["ledger"]`
        says what became of the rows.

    Raises
    ------
    InputError
        If the file is missing, damaged, empty, not UTF-8 or in no known format.
    """
    form = named_format(format_name) if format_name else None
    with TemporaryDirectory() as folder:
        study = Path(folder)
        file = look_at(path, study=study, form=form, is_named=True, card=card)
        with locked(study) as work:
            ledger = import_files([file], study=study, work=work, key=key)
        corpus = load_corpus(study, undated=True)
    row = {str(name): value for name, value in ledger.files.iloc[0].dropna().items()}
    return replace(corpus, provenance=corpus.provenance | {"ledger": row})
