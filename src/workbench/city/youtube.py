"""Comments as the YouTube Data API lists them: pages of comment threads by video."""

from __future__ import annotations

import hashlib
import html
import json
from pathlib import Path
from random import Random

import pandas as pd

from workbench.city.lexicon import read_source_card
from workbench.city.rows import Row, list_rows

_PAGE = 20  # threads, what the API returns when nothing else is asked for


def _etag(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:27]


def _comment(row: Row, channel: str, person: Row, rnd: Random) -> Row:
    snippet: Row = {
        "channelId": channel, "videoId": row["video"],
        "textDisplay": html.escape(row["text"]).replace("\n", "<br>"), "textOriginal": row["text"],
        "authorDisplayName": person["name"], "authorProfileImageUrl": "",
        "authorChannelUrl": f"http://www.youtube.com/{person['name']}",
    }
    if rnd.random() > 0.01:  # deleted accounts have no channel
        snippet["authorChannelId"] = {"value": person["native_id"]}
    if row["answered"]:
        snippet["parentId"] = row["answered"]
    snippet |= {"canRate": True, "viewerRating": "none", "likeCount": int(rnd.expovariate(0.5)),
                "publishedAt": row["stamp"], "updatedAt": row["stamp"]}
    return {"kind": "youtube#comment", "etag": _etag(row["message"]), "id": row["message"], "snippet": snippet}


def _thread(rows: list[Row], channel: str, people: list[Row], rnd: Random) -> Row:
    top, *answers = ((_comment(row, channel, people[row["account"]], rnd)) for row in rows)
    # the API returns some of the replies only, so the total may be above what is there
    total = len(answers) + (rnd.randint(1, 4) if answers and rnd.random() < 0.2 else 0)
    thread: Row = {
        "kind": "youtube#commentThread", "etag": _etag("thread", top["id"]), "id": top["id"],
        "snippet": {"channelId": channel, "videoId": rows[0]["video"], "topLevelComment": top, "canReply": True,
                    "totalReplyCount": total, "isPublic": True}}
    return thread | {"replies": {"comments": answers}} if answers else thread


def _pages(video: str, threads: list[Row]) -> list[Row]:
    starts = range(0, len(threads), _PAGE)
    pages = []
    for start in starts:
        items = threads[start:start + _PAGE]
        page: Row = {"kind": "youtube#commentThreadListResponse", "etag": _etag(video, str(start))}
        if start != starts[-1]:
            page["nextPageToken"] = _etag("next", video, str(start))
        pages.append(page | {"pageInfo": {"totalResults": len(items), "resultsPerPage": _PAGE}, "items": items})
    return pages


def write_youtube(folder: Path, posts: pd.DataFrame, arenas: pd.DataFrame, accounts: pd.DataFrame, *,
                  seed: int) -> None:
    """Write the pages of each video as `<channel handle>/video_xx_page_xx.json`, and the source card."""
    rnd = Random(f"youtube-{seed}")
    people = list_rows(accounts)
    stamp = posts["posted_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype(object)
    # a reply belongs to its thread's first comment, where it keeps its own place in time
    first = posts["reply_to"].where(posts["reply_to"] >= 0, posts.index.to_series())
    posts = posts.assign(stamp=stamp, thread=first)
    folder.mkdir(parents=True)
    (folder / "source.toml").write_text(read_source_card("youtube-comments"), encoding="utf-8", newline="\n")
    for arena in arenas.index[arenas["format"] == "youtube"]:
        target = folder / str(arenas.at[arena, "handle"])
        target.mkdir()
        videos: dict[str, dict[int, list[Row]]] = {}
        for row in list_rows(posts[posts["arena"] == arena]):
            videos.setdefault(row["video"], {}).setdefault(row["thread"], []).append(row)
        for number, (video, threads) in enumerate(videos.items(), start=1):
            items = [_thread(rows, str(arenas.at[arena, "native_id"]), people, rnd) for rows in threads.values()]
            for at, page in enumerate(_pages(video, items), start=1):
                text = json.dumps(page, ensure_ascii=False, indent=1)
                path = target / f"video_{number:02d}_page_{at:02d}.json"
                path.write_text(text, encoding="utf-8", newline="\n")
