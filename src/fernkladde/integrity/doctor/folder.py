"""The data folder: there, private, writable, on a disk that bears a database."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from fernkladde.integrity.backup.keys import is_given, key_file

from .findings import advice, fault, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .findings import Finding

OTHERS = stat.S_IRWXG | stat.S_IRWXO
SHORTEST_KEY = 32
MOUNTS = Path("/proc/self/mounts")
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "9p"}


def check_folder() -> Iterator[Finding]:
    folder = Path(settings.DATA)
    if not os.environ.get("FERNKLADDE_DATA"):
        sentence = _(
            "FERNKLADDE_DATA ist nicht gesetzt, der Datenordner ist %(folder)s: im "
            "Betrieb immer absolut angeben."
        )
        yield advice("data-folder", sentence % {"folder": folder})
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        sentence = _("%(folder)s ist für diesen Benutzer nicht beschreibbar.")
        yield fault("data-folder", sentence % {"folder": folder})
    elif stat.S_IMODE(folder.stat().st_mode) & OTHERS:
        sentence = _("%(folder)s ist für andere offen: chmod 700 %(folder)s")
        yield fault("data-folder", sentence % {"folder": folder})
    else:
        yield ok("data-folder", _("Datenordner %(folder)s") % {"folder": folder})
    if os.geteuid() != folder.stat().st_uid:
        sentence = _(
            "%(folder)s gehört einem anderen Benutzer: Befehle als dieser aufrufen, "
            "sonst kann der Dienst neue Dateien nicht lesen."
        )
        yield advice("data-folder", sentence % {"folder": folder})


def check_key() -> Finding:
    if len(settings.SECRET_KEY) < SHORTEST_KEY:
        return fault(
            "secret-key",
            _("FERNKLADDE_SECRET_KEY ist zu kurz: mindestens 32 zufällige Zeichen."),
        )
    if is_given():
        sentence = _(
            "Der Schlüssel kommt aus FERNKLADDE_SECRET_KEY und ist in keiner "
            "Sicherung: ihn selbst aufbewahren."
        )
        return advice("secret-key", sentence)
    path = key_file()
    if stat.S_IMODE(path.stat().st_mode) & OTHERS:
        sentence = _("%(file)s ist für andere lesbar: chmod 600 %(file)s")
        return fault("secret-key", sentence % {"file": path})
    return ok("secret-key", _("Schlüssel liegt im Datenordner"))


def check_disk() -> Iterator[Finding]:
    """SQLite's locks do not hold on a disk of another machine."""
    if connection.vendor != "sqlite":
        return
    path = Path(connection.settings_dict["NAME"]).absolute()
    kind = file_system_of(path, MOUNTS.read_text() if MOUNTS.exists() else "")
    if kind in NETWORK:
        sentence = _(
            "%(file)s liegt auf einem Netzlaufwerk (%(kind)s): auf eine Platte dieses "
            "Rechners legen, oder PostgreSQL benutzen."
        )
        yield fault("disk", sentence % {"file": path, "kind": kind})


def file_system_of(path: Path, mounts: str) -> str:
    """Return the kind of file system that a path lies on, from the list of mounts."""
    found, kind = -1, ""
    for line in mounts.splitlines():
        _device, place, name, *_rest = line.split()
        place = place.replace("\\040", " ")
        if path.is_relative_to(place) and len(place) > found:
            found, kind = len(place), name
    return kind
