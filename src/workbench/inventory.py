"""What a study holds: posts, exports, reports, and what it can show."""

from __future__ import annotations

from typing import Any

from workbench.greeting import count_posts
from workbench.study import Study


def describe_study(study: Study) -> dict[str, Any]:
    """Describe what a study holds, for `workbench status`.

    Returns
    -------
    description
        `name`, `folder`, `posts` (rows of platform, quarter, posts), `files`, `quarantined`, `raw` (what
        lies under ``data/raw``, with its delete-by date), `key` (fingerprint), `reports` (rows of
        folder, product, period, language, draft) and `outlook` (of the latest `quarter`: rows of question, answer
        and why; empty before anything was imported).
    """
    from workbench.shelf import list_reports
    from workbench.sources import list_raw, load_ledger
    from workbench.sources.corpus.store import read_manifest

    manifest = read_manifest(study.folder) or {"key_fingerprint": "not made yet"}
    files = load_ledger(study.folder).files
    latest = study.latest
    outlook = study.outlook(latest)[["question", "answer", "said"]].to_dict("records") if latest else []
    return {"name": study.name, "folder": str(study.folder), "language": study.language,
            "quarter": latest, "outlook": outlook,
            "posts": count_posts(study.folder),
            "files": len(files), "quarantined": int(files["quarantined"].fillna(0).sum()),
            "raw": list_raw(study.settings).astype("string").to_dict("records"),
            "key": manifest["key_fingerprint"], "reports": list_reports(study.folder)}
