"""A study: its folder, its settings and the tables that lie in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import CardError
from workbench.settings import STUDY_FILE, Settings, read_settings

if TYPE_CHECKING:
    from workbench.tables.finding import Finding
    from workbench.tables.posts import Corpus
    from workbench.tables.release import Release


@dataclass(frozen=True)
class Study:
    """A folder with `study.toml`, raw exports, processed tables and reports."""

    settings: Settings

    @property
    def folder(self) -> Path:
        """The folder that holds `study.toml`."""
        return self.settings.folder

    @property
    def name(self) -> str:
        """The place."""
        return self.settings.name

    @property
    def language(self) -> str:
        """Of reports: da or en."""
        return self.settings.language

    @property
    def contact(self) -> str:
        """Who answers questions about the reports."""
        return self.settings.contact

    def corpus(self, start: str | None = None, end: str | None = None, *, platform: str | None = None) -> Corpus:
        """Load the posts of one quarter, a span of quarters or all.

        Parameters
        ----------
        start
            Quarter such as 2025Q3; None for all quarters up to `end`.
        end
            Last quarter, inclusive; where only `start` is given, that quarter alone.
        platform
            Such as telegram; None for all.

        Raises
        ------
        InputError
            If nothing was imported, or a quarter is not written as 2025Q3.
        """
        from workbench.sources import load_corpus

        corpus: Corpus = load_corpus(self.folder, start=start, end=end if end or not start else start,
                                     platform=platform)
        return corpus

    def release(self, findings: Iterable[Finding], corpus: Corpus, *, product: str) -> Release:
        """Release findings through the gate, against everything released before.

        Parameters
        ----------
        findings
            What the product wants to show.
        corpus
            The posts that the findings count.
        product
            Name of the product, such as ``quarterly-2025Q3``; a new release of the same
            product replaces its earlier one.
        """
        from workbench.findings import release_findings

        return release_findings(
            findings, corpus, ledger=self.folder / "data" / "processed" / "findings" / "ledger.parquet",
            product=product, minimum_authors=self.settings.minimum_authors,
            minimum_arenas=self.settings.minimum_arenas, provenance=self._provenance(corpus))

    def _provenance(self, corpus: Corpus) -> dict[str, Any]:
        """Return what the method appendix says of the sources behind a corpus."""
        from workbench.sources import load_ledger

        used = set(corpus.posts["source_id"].dropna())
        cards = [card for card in corpus.provenance.get("cards", []) if card["source_id"] in used]
        files = load_ledger(self.folder).files
        files = files[files["source_id"].isin(used)]
        columns = {"read": "rows_read", "kept": "kept", "merged": "merged", "quarantined": "quarantined",
                   "undated": "undated", "forgotten": "forgotten", "outside_card": "outside_card", "id_gaps": "id_gaps"}
        rows: dict[str, Any] = {n: int(files[c].fillna(0).sum()) for n, c in columns.items()}
        for name, some in files.groupby("format"):
            rows[str(name)] = {n: int(some[columns[n]].fillna(0).sum()) for n in ("read", "kept", "quarantined")}
        return {"sources": cards, "rows": rows}


def find_study(folder: str | Path | None = None) -> Path:
    """Find the folder of a study.

    Parameters
    ----------
    folder
        A folder with `study.toml` or below one; None: `WORKBENCH_STUDY`, else the current
        folder.

    Raises
    ------
    CardError
        If there is no `study.toml` there or in any folder above.
    """
    start = Path(folder or os.environ.get("WORKBENCH_STUDY") or ".").expanduser().resolve()
    # an explicit "." is what notebooks default to: there the environment goes first
    if folder in (".", None) and os.environ.get("WORKBENCH_STUDY"):
        start = Path(os.environ["WORKBENCH_STUDY"]).expanduser().resolve()
    for candidate in (start, *start.parents):
        if (candidate / STUDY_FILE).is_file():
            return candidate
    raise CardError(f"{start}: no {STUDY_FILE} here or in a folder above. Go to a study, or make one with "
                    f"`workbench init DIR`.")


def open_study(folder: str | Path | None = None) -> Study:
    """Open the study that a folder belongs to.

    Parameters
    ----------
    folder
        See `find_study`.

    Raises
    ------
    CardError
        If there is no study, or its `study.toml` has faults.
    """
    return Study(read_settings(find_study(folder)))




def describe_study(study: Study) -> dict[str, Any]:
    """Describe what a study holds, for `workbench status`.

    Returns
    -------
    description
        `name`, `folder`, `posts` (rows of platform, quarter, posts), `files`, `quarantined`, `raw` (what
        lies under ``data/raw``, with its delete-by date), `key` (fingerprint) and `reports` (folders).
    """
    from workbench.sources import list_raw, load_ledger
    from workbench.sources.corpus.store import read_manifest

    manifest = read_manifest(study.folder) or {"parts": [], "key_fingerprint": "not made yet"}
    files = load_ledger(study.folder).files
    reports = sorted(p.parent for p in (study.folder / "reports").glob("*/*/manifest.json"))
    return {"name": study.name, "folder": str(study.folder),
            "posts": [{"platform": p["platform"], "quarter": p["quarter"], "posts": p["rows"]}
                      for p in manifest["parts"] if p["table"] == "posts"],
            "files": len(files), "quarantined": int(files["quarantined"].fillna(0).sum()),
            "raw": list_raw(study.settings).astype("string").to_dict("records"),
            "key": manifest["key_fingerprint"], "reports": [str(p.relative_to(study.folder)) for p in reports]}
