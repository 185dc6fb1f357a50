"""From a stored document to its files, in a child process with limits.

This module knows no database, so that the child starts quickly and can do no harm;
a document that hangs or eats memory is given up, and the worker goes on.
"""

from __future__ import annotations

import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from fernkladde.documents import render_invoice, render_statement
from fernkladde.einvoice.cii import write_cii
from fernkladde.values.invoice_document import STATEMENT, InvoiceDocument

if TYPE_CHECKING:
    from types import TracebackType

MOST_SECONDS = 60
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


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


class Press:
    """A child process that renders one document after the other."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

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
            self._pool = ProcessPoolExecutor(1, spawn, _limit_memory)
        try:
            return self._pool.submit(render, text).result(MOST_SECONDS)
        except TimeoutError:
            self._stop()
            message = f"not done after {MOST_SECONDS} s"
            raise RenderingGivenUp(message) from None
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
