"""From a stored document to its files, in a child process with limits.

This module knows no database, so that the child starts quickly and can do no harm;
a document that hangs or eats memory is given up, and the worker goes on.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from fernkladde.documents import render_invoice, render_statement
from fernkladde.einvoice.cii import write_cii
from fernkladde.values.invoice_document import STATEMENT, InvoiceDocument

if TYPE_CHECKING:
    from types import TracebackType

# Less than the lease of a duty (rendering.py), so that nobody takes it over meanwhile.
MOST_SECONDS = 45.0
MOST_MEMORY = 2 * 1024**3


class RenderingGivenUp(Exception):
    """The child took too long or died; the message says which."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of a document, as bytes; a statement has no XML."""

    pdf: bytes
    xml: bytes | None


def render(text: str) -> Rendered:
    """Make the files of a stored document: the same text, the same bytes."""
    document = InvoiceDocument.from_json(text)
    if document.kind == STATEMENT:
        return Rendered(pdf=render_statement(document), xml=None)
    xml = write_cii(document)
    return Rendered(pdf=render_invoice(document, xml=xml), xml=xml)


def _begin(most_memory: int) -> None:
    """Limit the child's memory, and let it never outlive the worker."""
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when a kill took the parent: nobody would ever ask this child again."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Press:
    """A child process that renders one document after the other, within limits."""

    def __init__(
        self, *, most_seconds: float = MOST_SECONDS, most_memory: int = MOST_MEMORY
    ) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._most_seconds = most_seconds
        self._most_memory = most_memory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def render(self, text: str) -> Rendered:
        """Render in the child; raise RenderingGivenUp if it fails to answer."""
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, spawn, _begin, (self._most_memory,))
        try:
            return self._pool.submit(render, text).result(self._most_seconds)
        except TimeoutError:
            self._stop()
            message = f"not done after {self._most_seconds:g} s"
            raise RenderingGivenUp(message) from None
        except MemoryError:
            self._stop()
            raise RenderingGivenUp("out of memory") from None
        except BrokenProcessPool:
            self._stop()
            raise RenderingGivenUp("the rendering process died") from None

    def _stop(self) -> None:
        if self._pool is None:
            return
        for child in (self._pool._processes or {}).values():  # noqa: SLF001
            child.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
