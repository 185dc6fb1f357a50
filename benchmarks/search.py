"""How long the server takes to answer while one types, and how long to index it all.

    python benchmarks/search.py [--cases 100000] [--only sqlite|postgres]

A firm with 2,000 customers, 5,000 plants and 100,000 cases, each case with a note and
every third with a solution, in the words of a service desk. Typed is what people type,
letter by letter where it hurts; asked is the page that the field at the top asks,
through the whole of Django, by one connection. Beside it stands the answer of the same
page to nothing typed.
"""

# ruff: noqa: PLC0415  Django is loaded only in the process that measures

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))

from clocks import summary, timed
from scratch import on_both, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.test import Client

CUSTOMERS, PLANTS, CASES = 2_000, 5_000, 100_000
AIM_MS = 100
RUNS = 20
AT_ONCE = 2_000
TYPED = (
    "pr", "pre", "presse", "presse 17", "geber", "stoerung", "störung antrieb",
    "stoerung antrieb 4711", "antrieb", "er", "die", "getauscht und neu",
    "26-0123", "0711 555", "mueller", "müller presse geber", "sn-0047", "gibtesnicht",
    "a b c", "umrichter f30001 quittiert",
)  # fmt: skip
MACHINES = (
    "Presse", "Haspel", "Schere", "Walzwerk", "Förderband", "Fräszentrum", "Roboter",
    "Stanzautomat", "Wickler", "Säge", "Lackieranlage", "Hubtisch", "Palettierer",
)  # fmt: skip
PARTS = (
    "Hauptantrieb", "Drehgeber", "Umrichter", "Lichtschranke", "Hydraulikpumpe",
    "Steuerung", "Bedienfeld", "Netzwerk", "Kühlung", "Spannzange", "Achse",
    "Schaltschrank", "Endschalter", "Ventil", "Servomotor", "Profibus",
)  # fmt: skip
FAULTS = (
    "Störung", "steht", "meldet Fehler F30001", "läuft nicht an", "wird heiß",
    "schaltet ab", "verliert Referenz", "klemmt", "ohne Verbindung", "Überstrom",
)  # fmt: skip
NAMES = (
    "Müller", "Schäfer", "Großmann", "Krüger", "Weiß", "Böhm", "Vogt", "Lang", "Ernst",
    "Hübner", "Jäger", "Pohl", "Sauer", "Roth", "Beck", "Lindner",
)  # fmt: skip
DONE = (
    "getauscht und neu parametriert", "quittiert, danach wieder in Betrieb",
    "Kabel nachgezogen", "Programm neu geladen", "mit dem Bediener durchgesprochen",
    "Grenzwerte angepasst", "Ersatzteil bestellt", "Referenzfahrt wiederholt",
)  # fmt: skip


def fill(cases: int) -> None:
    """Write the firm in bulk; the triggers note all of it as due."""
    from fernkladde.cases.models import Case, Note
    from fernkladde.customers.models import Contact, Customer
    from fernkladde.plants.models import Plant

    by_seed = random.Random(7)
    write(Customer, customers(by_seed))
    firms = list(Customer.objects.order_by("pk"))
    write(Contact, contacts(firms, by_seed))
    write(Plant, plants(firms, by_seed))
    machines = list(Plant.objects.order_by("pk"))
    write(Case, islice(all_cases(machines, by_seed), cases))
    rows = Case.objects.order_by("pk").values_list("pk", "opened_at")
    write(Note, notes(rows.iterator(), by_seed))


def write(model: type[Any], rows: Iterable[Any]) -> None:
    rows = iter(rows)
    while some := list(islice(rows, AT_ONCE)):
        model.objects.bulk_create(some)


def customers(by_seed: random.Random) -> Iterator[Any]:
    from fernkladde.customers.models import Customer

    for number in range(CUSTOMERS):
        name = f"{by_seed.choice(NAMES)} {by_seed.choice(MACHINES)}nbau {number} GmbH"
        phone = f"+49711{5_550_000 + number}"
        yield Customer(number=f"K{number:05}", name=name, city="Esslingen", phone=phone)


def contacts(firms: list[Any], by_seed: random.Random) -> Iterator[Any]:
    from fernkladde.customers.models import Contact

    for number, firm in enumerate(firms):
        yield Contact(
            customer=firm,
            name=f"Eva {by_seed.choice(NAMES)}",
            phone=f"+4971155{50_000_00 + number}",
            email=f"eva{number}@firma.example",
        )


def plants(firms: list[Any], by_seed: random.Random) -> Iterator[Any]:
    from fernkladde.plants.models import Plant

    for number in range(PLANTS):
        yield Plant(
            number=f"A{number:05}",
            name=f"{by_seed.choice(MACHINES)} {number % 40}",
            customer=firms[number % len(firms)],
            serial_number=f"SN-{number:06}",
            site="Halle 3",
        )


def all_cases(machines: list[Any], by_seed: random.Random) -> Iterator[Any]:
    from fernkladde.cases.models import Case

    opened = datetime(2016, 1, 4, 7, tzinfo=UTC)
    number = 0
    while True:
        plant = by_seed.choice(machines)
        opened += timedelta(minutes=48)
        what = f"{by_seed.choice(PARTS)} {plant.name} {by_seed.choice(FAULTS)}"
        yield Case(
            number=f"{opened.year % 100}-{number:06}",
            customer_id=plant.customer_id,
            plant=plant,
            subject=what if number % 999 else "Störungen am Antrieb 4711",
            reported_by=by_seed.choice(NAMES),
            reported_on=opened.date(),
            opened_at=opened,
            state="closed" if by_seed.random() < 0.98 else "new",
            solution="" if number % 3 else f"{by_seed.choice(PARTS)} getauscht",
        )
        number += 1


def notes(cases: Iterable[tuple[int, datetime]], by_seed: random.Random) -> Any:
    from fernkladde.cases.models import Note

    for key, opened in cases:
        words = " ".join(
            f"{by_seed.choice(PARTS)} {by_seed.choice(FAULTS)}, {by_seed.choice(DONE)}."
            for _ in range(4)
        )
        yield Note(case_id=key, text=f"{words} Lauf {key}", written_at=opened)


def index_all() -> dict[str, Any]:
    """Index what is due, as the worker does; say how long and how large."""
    from fernkladde.search.index import catch_up_all
    from fernkladde.search.models import Entry

    begun = perf_counter()
    done = sum(catch_up_all())
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "things": done,
        "entries": Entry.objects.count(),
        "seconds": round(perf_counter() - begun, 1),
        "most_memory_mb": round(kilobytes / 1024),
        "index_mb": round(size() / 1024 / 1024),
    }


def size() -> int:
    from django.db import connection

    if connection.vendor == "sqlite":
        sql = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search_%'"
    else:
        sql = "SELECT pg_total_relation_size('search_entry')"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def measured(client: Client, typed: str) -> dict[str, Any]:
    from urllib.parse import urlencode

    from django.urls import reverse

    address = f"{reverse('search')}?{urlencode({'q': typed})}"

    def once() -> None:
        answer = client.get(address, headers={"HX-Request": "true"})
        assert answer.status_code == 200, (address, answer.status_code)

    once()
    return summary([timed(once) for _ in range(RUNS)])


def measure(cases: int) -> dict[str, Any]:
    """Measure in the database that the environment names."""
    set_up()
    from django.db import connection
    from django.test import Client

    from tests import make

    fill(cases)
    indexed = index_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(HTTP_HOST="localhost")
    client.force_login(make.user("administrator"))
    return {
        "index": indexed,
        "baseline": measured(client, ""),
        "typed": {text: measured(client, text) for text in TYPED},
    }


def lines(name: str, found: dict[str, Any]) -> Iterator[str]:
    if "not_measured" in found:
        yield f"search on {name}: not measured: {found['not_measured']}"
        return
    index = found["index"]
    yield (
        f"search on {name}: {index['things']} things indexed in {index['seconds']} s,"
        f" {index['index_mb']} MB, at most {index['most_memory_mb']} MB of memory;"
        f" the page without a question {found['baseline']['p50_ms']} ms"
    )
    for typed, row in found["typed"].items():
        late = "  beyond" if row["p95_ms"] > AIM_MS else ""
        yield f"    {typed:28} {row['p50_ms']:8} ms, p95 {row['p95_ms']:8}{late}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--only", choices=("sqlite", "postgres"), default="")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        print(json.dumps(measure(args.cases)))
        return
    found = on_both(__file__, "--here", "--cases", str(args.cases), only=args.only)
    for name, result in found.items():
        print("\n".join(lines(name, result)))
    print(json.dumps({"benchmark": "search", **found}))


if __name__ == "__main__":
    main()
