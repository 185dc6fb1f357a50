"""`fernkladde serve`: the web process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .django import bring_up_to_date, set_up

if TYPE_CHECKING:
    import argparse

NAME = "serve"
HELP = "serve the pages"
EXAMPLE = "fernkladde serve --port 8000"

WSGI = "fernkladde.config.wsgi:application"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1)


def command(host: str, port: int, *, workers: int = 1, threads: int = 8) -> list[str]:
    """Return the call of the web server; threads share one process's memory."""
    return [
        sys.executable, "-m", "gunicorn", WSGI,
        "--bind", f"{host}:{port}", "--worker-class", "gthread",
        "--workers", str(workers), "--threads", str(threads),
        "--log-level", "warning",
    ]  # fmt: skip


def run(args: argparse.Namespace) -> int:
    set_up()
    bring_up_to_date()
    call = command(args.host, args.port, workers=args.workers, threads=args.threads)
    print(f"Fernkladde antwortet unter http://{args.host}:{args.port}", flush=True)
    os.execv(call[0], call)
