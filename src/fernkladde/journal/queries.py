"""What the Kladde answers: where it ends, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Head


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of the chain, as it is printed on what leaves the house."""

    sequence: int
    hash: str


def head() -> ChainHead:
    row = Head.objects.get()
    return ChainHead(row.sequence, row.hash)
