"""Downloads in tests: files that the test itself has to put away."""

from __future__ import annotations

from typing import Any


def put_away(answer: Any) -> None:
    """Close the file behind an answer, if there is one that nobody has read.

    `answer.close()` would end the request as a server does, and close the database
    connection that a test on PostgreSQL still needs.
    """
    for close in answer._resource_closers:
        close()
