"""One export file as a corpus of its own, without a study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.settings import SourceCard
from workbench.sources.formats import named_format
from workbench.sources.importing import import_files
from workbench.sources.intake import look_at
from workbench.sources.loading import load_corpus
from workbench.tables.posts import Corpus


def read_telegram_desktop(path: Path, *, card: SourceCard, key: bytes) -> Corpus:
    """Read a Telegram Desktop `result.json`, of one chat or a full account.

    Parameters
    ----------
    key
        Of the pseudonyms, 32 bytes: `load_key`.

    Returns
    -------
    corpus
        As an import would store it; `provenance["ledger"]` says what became of the rows.

    Raises
    ------
    InputError
        If the file is missing, damaged, empty, not UTF-8 or something else.
    """
    return _read(path, "telegram-desktop", card, key)


def read_telegram_tracker(path: Path, *, card: SourceCard, key: bytes) -> Corpus:
    """Read a CSV file of telegram-tracker; otherwise as `read_telegram_desktop`."""
    return _read(path, "telegram-tracker", card, key)


def read_4cat_telegram(path: Path, *, card: SourceCard, key: bytes) -> Corpus:
    """Read a CSV file of 4CAT's Telegram datasource; otherwise as `read_telegram_desktop`."""
    return _read(path, "4cat-telegram", card, key)


def read_youtube_comments(path: Path, *, card: SourceCard, key: bytes) -> Corpus:
    """Read commentThreads pages of the YouTube Data API; otherwise as `read_telegram_desktop`."""
    return _read(path, "youtube-comments", card, key)


def _read(path: Path, format_name: str, card: SourceCard, key: bytes) -> Corpus:
    with TemporaryDirectory() as folder:
        study = Path(folder)
        file = look_at(path, study=study, form=named_format(format_name), is_named=True, card=card)
        ledger = import_files([file], study=study, key=key)
        corpus = load_corpus(study)
    row = {str(name): value for name, value in ledger.files.iloc[0].dropna().items()}
    return replace(corpus, provenance=corpus.provenance | {"ledger": row})
