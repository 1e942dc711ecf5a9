"""What an import did, and what lies behind a corpus: columns of the tables that tell it."""

from __future__ import annotations

from workbench.tables.posts import UTC

LEDGER_COLUMNS: dict[str, str] = {
    "file": "string",  # the first digits of its SHA-256, and what its name ends in: names of files may name persons
    "format": "string",  # as --format takes it, or "not an export"
    "source_id": "string",
    "rows_read": "Int64",  # records in the file, readable or not
    "counted": "Int64",  # records by a pass over the bytes that knows nothing of the reader; missing without one
    "unexplained": "Int64",  # `counted` less all that became of them; 0 where every record is accounted for
    "kept": "Int64",  # posts of this file that stand in the corpus: new + updated + unchanged
    "repeated": "Int64",  # records of a post that the same import tells once more
    "older": "Int64",  # older than what is there: kept as a version where their text is another
    "album_parts": "Int64",  # further records of one post, such as the pictures of an album
    "forgotten": "Int64",  # posts of accounts that `workbench forget` took out: not kept
    "service": "Int64",  # service messages among the rows read
    "quarantined": "Int64",
    "quarantine_reasons": "string",  # such as "no readable time: 3; not a record: 1"
    "new": "Int64",
    "updated": "Int64",
    "unchanged": "Int64",
    "undated": "Int64",  # posts without a readable time: kept, and loaded only where they are asked for
    "id_gaps": "Int64",  # ids missing between the first and the last of each arena; missing where ids do not count up
    "first": UTC,  # time of the first and last post
    "last": UTC,
    "outside_card": "Int64",  # posts before collected_from or after collected_to of the card
    "silent_start": "Int64",  # days from collected_from to the first post, and from the last one to collected_to:
    "silent_end": "Int64",  # many of them hint at an export that was cut
    "cap": "Int64",  # where the number of records is exactly one at which tools stop, that number
    "absent": "string",  # columns that the format usually fills and this file leaves empty, such as "views, media"
    "assumed_utc": "Int64",  # times without offset, taken as UTC for want of time_zone in the card
    "unwanted_characters": "Int64",  # control, direction-override and private-use characters replaced
    "bytes": "Int64",
    "sha256": "string",
    "note": "string",
}

CARD_COLUMNS: dict[str, str] = {
    "source_id": "string",  # the name of the folder that the card lies in
    "files": "Int64",  # that lie beside the card in data/raw, whatever became of them
    "imported": "Int64",  # files that were read and are kept in the corpus, or were found to hold what it had
    "posts": "Int64",  # kept of them; a post that two sources hold is counted in both
    "access": "string",  # open | link | closed
    "category": "string",
    "reason": "string",  # why it is watched
    "collected_from": "string",  # days, as the card says
    "collected_to": "string",
    "collected_with": "string",
    "collected_by": "string",
    "controller": "string",
    "purpose": "string",
    "legal_basis": "string",
    "closed_basis": "string",
    "tdm_reservation": "string",
    "tdm_checked": "string",
    "delete_by": "string",
    "time_zone": "string",
}

QUARANTINE_COLUMNS: dict[str, str] = {
    "file": "string",  # the first digits of its SHA-256 and what its name ends in, as in the ledger
    "source_id": "string",
    "place": "Int64",  # of the record in the file: its line or number, from 1
    "reason": "string",
    "kept_in": "string",  # file of the study that has the record as it came: for who may read raw exports
}

OVERLAP_COLUMNS: dict[str, str] = {
    "source_id": "string",
    "other_source": "string",
    "posts_both": "Int64",  # posts that both hold: one post of the corpus each
    "posts_source": "Int64",  # that each of the two holds
    "posts_other": "Int64",
    "posts_differ": "Int64",  # of those in both, posts of which there is more than one text
}

GAP_COLUMNS: dict[str, str] = {
    "arena_id": "string",
    "first_day": "string",  # UTC, the first and the last day without a post
    "last_day": "string",
    "days": "Int64",
    "looks_like": "string",  # fault | silence | unknown
    "usual": "Float64",  # posts a day in the four weeks before and after
    "chance": "Float64",  # of so many days without a post in a row, by how many are without one around it
    "ids_missing": "Int64",  # numbers that the platform gave away meanwhile; missing where ids do not count up
    "also_silent": "Float64",  # share of the source's other busy arenas that was silent too
    "source_id": "string",  # that holds most of the arena's posts around the gap
}

REDACTION_COLUMNS: dict[str, str] = {
    "mark": "string",  # what stands in the text instead, such as [phone]
    "places": "Int64",
    "posts_with": "Int64",
    "share_of_posts": "Float64",  # of the posts with text
}
