"""Print which breaks the tests notice: ``python -m mutations [--room findings] [--only words]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from mutations.listing import find_place, list_rooms, read_mutations
from mutations.running import NOT_APPLICABLE, NOTICED, Outcome, copy_tree, run_mutations

WANTED = 0.95  # of the breaks that could be tried


def main() -> int:
    """Run the list, print a table, return 1 where too little is noticed and 2 where an entry no longer applies."""
    asked = argparse.ArgumentParser(prog="python -m mutations", description=__doc__)
    asked.add_argument("--room", default="", choices=["", *list_rooms()], help="one room alone")
    asked.add_argument("--only", default="", help="entries that have this in what they break, or in their file")
    asked.add_argument("--seconds", type=float, default=180, help="time limit of one entry")
    given = asked.parse_args()
    chosen = [m for m in read_mutations(given.room) if given.only in m.breaks or given.only in m.file]
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        root = copy_tree(Path(folder))
        try:
            for mutation in chosen:
                find_place(mutation, root)
        except LookupError as error:
            print(f"{error}. Adapt the entry to the code, or take it out with the rule.", file=sys.stderr)
            return 2
        outcomes: list[Outcome] = []
        for outcome in run_mutations(chosen, root, time_limit=given.seconds):
            outcomes.append(outcome)
            print(_line(outcome), flush=True)
    return _conclude(outcomes)


def _line(outcome: Outcome) -> str:
    found = outcome.mutation
    return f"{outcome.verdict:14} {outcome.seconds:5.0f} s  {found.file:32} {found.breaks}  [{outcome.noticed_by}]"


def _conclude(outcomes: list[Outcome]) -> int:
    print(f"\n{'room':12}{'entries':>8}{'noticed':>9}{'not':>5}{'n/a':>5}")
    for room in sorted({o.mutation.room for o in outcomes}):
        found = Counter(o.verdict for o in outcomes if o.mutation.room == room)
        tried = found.total() - found[NOT_APPLICABLE]
        print(f"{room:12}{found.total():8}{found[NOTICED]:9}{tried - found[NOTICED]:5}{found[NOT_APPLICABLE]:5}")
    every = [o for o in outcomes if o.verdict != NOT_APPLICABLE]
    share = sum(o.verdict == NOTICED for o in every) / len(every) if every else 0.0
    print(f"noticed: {share:.1%} of {len(every)} (wanted: {WANTED:.0%})")
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
