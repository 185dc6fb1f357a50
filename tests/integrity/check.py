"""One call for all tests that have to leave everything well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fernkladde.integrity.invariants import check_invariants

if TYPE_CHECKING:
    from pathlib import Path


def insist_on_invariants(*, documents: Path | None = None) -> None:
    """Fail with the sentences of all violations, as `fernkladde verify` tells them."""
    violations = check_invariants(documents=documents)
    assert not violations, "\n".join(map(str, violations))
