"""Verify a Kladde that was written out, without Fernkladde.

Needs Python 3.11 and, in one folder of any name, `chain.py`, `proof.py` and this
file:

    python3 -m FOLDER.standalone kladde.jsonl

Compare the head it prints with the head on any paper that has left the house: the
chain alone proves nothing against someone who rewrites all of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .proof import walk_along


def main(path: str) -> int:
    with Path(path).open(encoding="utf-8") as lines:
        walk = walk_along(lines)
    if walk.bad is not None:
        sys.stdout.write(f"entry {walk.bad} does not hold: {walk.fault}\n")
        return 1
    sys.stdout.write(f"{walk.count} entries hold; head {walk.sequence} {walk.hash}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
