"""The note book that the demo company kept before: taken over as anybody would."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

from fernkladde.imports.tables.at_once import read_table, take_in

if TYPE_CHECKING:
    from datetime import date, datetime

    from fernkladde.imports.tables.verdicts import Judged
    from fernkladde.plants.models import Plant

HEADINGS = ("Datum", "Uhrzeit", "Maschine", "Dauer", "Wer", "Was")
NOTES = (
    "Geber an Achse 2 ohne Signal, Stecker nachgesteckt",
    "Störung 4711 am Antrieb quittiert, Lüfter gereinigt",
    "Rezept nach Umrüstung falsch, neu geladen",
    "Lichtschranke verschmutzt, Kunde hat gereinigt",
    "Nach Stromausfall Grundstellung angefahren",
    "Frage zur Bedienung, Handbuch Seite 48",
    "Zylinder zu langsam, Drossel eingestellt",
)
TECHNICIANS = ("J. Weber", "A. Sommer", "J. Weber", "M. Yilmaz")
FIRST_HOUR, HOURS = 7, 9
# A note book has an entry for a plant every few weeks.
DAYS_BETWEEN = 19
ENTRIES = 70


def take_over_note_book(*, plants: list[Plant], before: date, now: datetime) -> None:
    """Take in the entries of the years before, the newest on the day before."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    for number in range(ENTRIES):
        writer.writerow(_entry(number, plants, before))
    file = io.BytesIO(text.getvalue().encode("cp1252"))
    reading = read_table(kind="history", file=file, wishes=(), sheet="", at=now)
    take_in(reading, file=file, file_name="Notizbuch Service.csv", each=_unseen)


def _entry(number: int, plants: list[Plant], before: date) -> tuple[str, ...]:
    """Make one entry: always the same for the same number, and no two at one time."""
    day = before - timedelta(days=1 + number * DAYS_BETWEEN // 2)
    plant = plants[number * 7 % len(plants)]
    return (
        f"{day:%d.%m.%Y}",
        f"{FIRST_HOUR + number % HOURS:02}:{number * 13 % 60:02}",
        plant.number,
        str(5 + number * 11 % 50),
        TECHNICIANS[number % len(TECHNICIANS)],
        NOTES[number % len(NOTES)],
    )


def _unseen(_judged: Judged) -> None:
    """Look at no verdict: the entries are our own."""
