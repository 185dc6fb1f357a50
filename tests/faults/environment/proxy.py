"""A wire to PostgreSQL that can be cut: anywhere, or around the n-th COMMIT.

Only out here can it be made that a server commits and its client never hears of it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMIT = b"COMMIT\0"
BEFORE, AFTER = "before", "after"
CUTS = (BEFORE, AFTER)
CHUNK = 1 << 16


@dataclass(eq=False, slots=True)
class _Wire:
    """One connection; once `deaf`, the client hears nothing of the server any more."""

    client: socket.socket
    server: socket.socket
    deaf: bool = False

    def cut(self) -> None:
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class Proxy:
    """Passes on what it gets, and counts the COMMITs of all wires."""

    def __init__(self, family: int, address: object) -> None:
        self._family, self._address = family, address
        self._wires: set[_Wire] = set()
        self._listening: socket.socket | None = None
        self.commits = 0
        self._cut_at, self._where = 0, AFTER
        self.port = 0
        self.open()

    def open(self) -> None:
        """Listen, at the same port as before."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(
            target=self._accept, args=(self._listening,), daemon=True
        ).start()

    def close(self) -> None:
        """Be away, as a server that stands still: all is cut, nobody gets in."""
        if self._listening is not None:
            with contextlib.suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        self.cut_all()

    def cut_all(self) -> None:
        for wire in list(self._wires):
            wire.cut()

    def cut_at_commit(self, number: int, where: str) -> None:
        """Cut at the COMMIT of this number from now on, before or after it acts."""
        self.commits, self._cut_at, self._where = 0, number, where

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            server = socket.socket(self._family)
            server.connect(self._address)  # type: ignore[arg-type]
            wire = _Wire(client, server)
            self._wires.add(wire)
            for pump in (self._upstream, self._downstream):
                threading.Thread(target=pump, args=(wire,), daemon=True).start()

    def _upstream(self, wire: _Wire) -> None:
        with contextlib.suppress(OSError):
            while sent := wire.client.recv(CHUNK):
                if COMMIT in sent and self._is_to_cut():
                    if self._where == BEFORE:
                        break
                    # The answer cuts the wire: then the commit is done for certain.
                    wire.deaf = True
                wire.server.sendall(sent)
        if not wire.deaf:
            self._end(wire)

    def _is_to_cut(self) -> bool:
        self.commits += 1
        return self.commits == self._cut_at

    def _downstream(self, wire: _Wire) -> None:
        with contextlib.suppress(OSError):
            while answer := wire.server.recv(CHUNK):
                if wire.deaf:
                    break
                wire.client.sendall(answer)
        self._end(wire)

    def _end(self, wire: _Wire) -> None:
        self._wires.discard(wire)
        wire.cut()


@contextmanager
def proxied() -> Iterator[Proxy]:
    """Stand between this process and the server of the database connected to."""
    settings = connections.settings["default"]
    host, port = settings["HOST"], settings["PORT"]
    proxy = _proxy_to(host, port or "5432")
    original = connections["default"]
    original.close()
    settings["HOST"], settings["PORT"] = "127.0.0.1", str(proxy.port)
    connections["default"] = connections.create_connection("default")
    try:
        yield proxy
    finally:
        connections["default"].close()
        settings["HOST"], settings["PORT"] = host, port
        connections["default"] = original
        proxy.close()


def _proxy_to(host: str, port: str) -> Proxy:
    if host.startswith("/"):
        return Proxy(socket.AF_UNIX, f"{host}/.s.PGSQL.{port}")
    return Proxy(socket.AF_INET, (host or "localhost", int(port)))
