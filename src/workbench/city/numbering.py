"""The native ids of messages, videos and comments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.city.people import random_code
from workbench.city.timeline import START

FIRST_MESSAGE = 10  # ids below are those of a chat's first service messages
_VIDEOS = 12  # of each YouTube channel


def number_messages(posts: pd.DataFrame, arenas: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Add `posted_at` (UTC), `message` (native id) and `video` (missing on Telegram).

    Telegram ids rise within a chat and skip some; the id of a reply on YouTube holds that of
    its thread.
    """
    gaps = pd.Series(rng.choice([1, 2, 3], len(posts), p=[0.8, 0.15, 0.05]), index=posts.index)
    message = (FIRST_MESSAGE + gaps.groupby(posts["arena"]).cumsum()).astype(str).astype(object)
    video: pd.Series = pd.Series(None, index=posts.index, dtype=object)
    for arena in arenas.index[arenas["format"] == "youtube"]:
        rows = posts.index[posts["arena"] == arena]
        videos = [random_code(rng, 11) for _ in range(_VIDEOS)]
        newest = np.arange(len(rows)) * _VIDEOS // len(rows)
        threads = posts.loc[rows, "reply_to"].tolist()
        for row, thread, at in zip(rows, threads, newest, strict=True):
            message[row] = f"{message[thread]}.{random_code(rng, 22)}" if thread >= 0 else f"Ug{random_code(rng, 24)}"
            video[row] = video[thread] if thread >= 0 else videos[max(0, int(at) - int(rng.integers(0, 2)))]
    posted_at = START + pd.to_timedelta(posts["seconds"], unit="s")
    return posts.assign(message=message, video=video, posted_at=posted_at.astype("datetime64[us, UTC]"))
