"""What a quarter left of its topics: the number of the topic or part by the hash of the post."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench.errors import TableError


def read_numbers(path: Path) -> pd.Series:
    """Return the number of the topic or part by post hash, -1 for none.

    Raises
    ------
    TableError
        If the file cannot be read.
    """
    import pyarrow as pa

    try:
        table = pd.read_parquet(path, columns=["post", "topic"])
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(f"{path}: the topic register of that quarter cannot be read. Restore the file, or delete it "
                         "and run that quarter's report again; reviews are not touched.") from error
    return pd.Series(table["topic"].to_numpy(np.int64), index=table["post"].to_numpy(np.uint64))
