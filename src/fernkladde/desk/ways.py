"""The way of calculation told in the reader's language, step by step.

Reads the rows of the engine's explanation, fresh or as a settlement has kept them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .templatetags.formats import day, money, percent, price, quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django_stubs_ext import StrOrPromise

    Row = Mapping[str, Any]

REASONS: dict[str, StrOrPromise] = {
    "not_billable": gettext_lazy("Die Arbeit ist als nicht berechenbar vermerkt."),
    "warranty": gettext_lazy(
        "Gewährleistung: Am Meldedatum stand die Anlage darin, und die Ursache ist ein "
        "Mangel oder noch unklar."
    ),
    "goodwill": gettext_lazy("Kulanz zu 100 %."),
    "unannounced": gettext_lazy(
        "Der Leistungstag liegt vor dem angekündigten Beginn der Berechnung."
    ),
    "held": gettext_lazy(
        "Die Zustimmung fehlt: Nichts wird berechnet, nichts geht verloren."
    ),
    "tariff": gettext_lazy("Nichts anderes gilt, also der Tarif."),
}
RULES: dict[str, StrOrPromise] = {
    "unit_start": gettext_lazy("Jede Einheit trägt das Zeitband, in dem sie beginnt."),
    "exact": gettext_lazy("Jede Sekunde trägt ihr eigenes Zeitband."),
    "per_band": gettext_lazy("Jedes Zeitband wird für sich gerundet."),
    "highest": gettext_lazy("Alles trägt das teuerste berührte Zeitband."),
}
BY_CONTRACT = 4  # the row of the rating rules' table of bases
FREE = ("not_billable", "warranty", "goodwill", "unannounced")


def steps(way: Row, tariffs: Mapping[str, str]) -> list[str]:
    """Tell how one group came about: why, worked, billed, covered, charged.

    `tariffs` names tariffs by their code.
    """
    return [
        _reason(way),
        _worked(way),
        _terms(way, tariffs),
        _billed(way),
        *_covered(way),
        *_rest(way),
        *_extras(way),
    ]


def formula(line: Row) -> str:
    """Say how a line's net comes of its quantity, price and discount."""
    if line["unit_price"] is None:
        return ""
    text = _("%(count)d × %(price)s = %(gross)s")
    if line["per_minutes"] is not None:
        text = _("%(minutes)s × %(price)s je %(per)s = %(gross)s")
    told = text % {
        "count": line["count"] or 0,
        "minutes": _minutes(line["minutes"]) if line["minutes"] else "",
        "price": price(line["unit_price"]),
        "per": _minutes(line["per_minutes"]) if line["per_minutes"] else "",
        "gross": money(line["gross"]),
    }
    if Decimal(line["discount"]):
        told += ", " + _("abzüglich %(percent)s Kulanz %(discount)s = %(net)s") % {
            "percent": percent(line["discount_percent"]),
            "discount": money(line["discount"]),
            "net": money(line["net"]),
        }
    return f"{told}."


def _reason(way: Row) -> str:
    if way["basis_row"] == BY_CONTRACT:
        contracts = ", ".join(way["contracts"])
        return ngettext(
            "Die Arbeit fällt unter Vertrag %(names)s.",
            "Die Arbeit fällt unter die Verträge %(names)s, in dieser Reihenfolge.",
            len(way["contracts"]),
        ) % {"names": contracts}
    return str(REASONS.get(way["basis"], way["basis"]))


def _worked(way: Row) -> str:
    text = ngettext(
        "%(time)s gearbeitet, in einem Einsatz.",
        "%(time)s gearbeitet, in %(n)d Einsätzen, zusammen gerundet.",
        len(way["sessions"]),
    ) % {"time": _clock(way["worked_seconds"]), "n": len(way["sessions"])}
    if all(part["band"] is None for part in way["worked"]):
        return text
    parts = ", ".join(
        f"{_clock(part['seconds'])} {_band(part['band'])}" for part in way["worked"]
    )
    split = _("Davon %(parts)s.") % {"parts": parts}
    return f"{text} {split} {RULES[way['price_row']['band_rule']]}"


def _band(name: str | None) -> str:
    return _("ohne Zeitband") if name is None else name


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02} min"


def _minutes(text: str) -> str:
    return quantity(text, "min")


def _terms(way: Row, tariffs: Mapping[str, str]) -> str:
    row = way["price_row"]
    return _("Tarif %(tariff)s, Fassung ab %(since)s: %(terms)s.") % {
        "tariff": tariffs.get(way["tariff"]) or way["tariff"],
        "since": day(date.fromisoformat(way["version"])),
        "terms": ", ".join(_clauses(row)),
    }


def _clauses(row: Row) -> Iterator[str]:
    yield _("%(price)s je %(per)s") % {
        "price": price(row["price"]),
        "per": _minutes(row["per_minutes"]),
    }
    if row["first_price"] is not None:
        yield _("erster Block %(first)s zu %(price)s") % {
            "first": _minutes(row["first_minutes"]),
            "price": price(row["first_price"]),
        }
    elif row["first_minutes"] != row["next_minutes"]:
        yield _("mindestens %(first)s") % {"first": _minutes(row["first_minutes"])}
    yield _("je angefangene %(next)s") % {"next": _minutes(row["next_minutes"])}
    if row["tolerance_minutes"]:
        yield _("Toleranz %(n)s") % {"n": _minutes(row["tolerance_minutes"])}
    if row["free_minutes"]:
        free = {"n": _minutes(row["free_minutes"])}
        deduct = row["free_mode"] == "deduct"
        yield (_("%(n)s abgezogen") if deduct else _("bis %(n)s frei")) % free


def _billed(way: Row) -> str:
    if not Decimal(way["billed_minutes"]):
        return _("Nichts angerechnet: Es blieb innerhalb der Freiminuten.")
    return _("%(billed)s angerechnet: %(runs)s.") % {
        "billed": _minutes(way["billed_minutes"]),
        "runs": _runs(way["billed"]),
    }


def _runs(runs: Iterable[Row]) -> str:
    return ", ".join(
        _("%(minutes)s%(band)s zu %(price)s je %(per)s")
        % {
            "minutes": _minutes(run["minutes"]),
            "band": f" {run['band']}" if run["band"] else "",
            "price": price(run["unit_price"]),
            "per": _minutes(run["per_minutes"]),
        }
        for run in runs
    )


def _covered(way: Row) -> Iterator[str]:
    for cover in way["covered"]:
        covered = sum(Decimal(part["minutes"]) for part in cover["parts"])
        names = {"minutes": quantity(covered, "min"), "contract": cover["contract"]}
        if cover["basis"] == "flat":
            yield _("%(minutes)s sind in Vertrag %(contract)s enthalten.") % names
            continue
        taken = ", ".join(map(_taken, cover["taken"]))
        text = _("%(minutes)s aus dem Kontingent von %(contract)s") % names
        yield f"{text}: {taken}." if taken else f"{text}."
        yield from _surcharges(cover["parts"])


def _taken(posting: Row) -> str:
    """Say which period paid; what was carried over is named as such."""
    since = {"since": day(date.fromisoformat(posting["period_start"]))}
    if "cases" in posting:
        return _("ein Fall im Zeitraum ab %(since)s") % since
    minutes = quantity(Decimal(posting["seconds"]) / 60, "min")
    text = _("%(minutes)s im Zeitraum ab %(since)s") % (since | {"minutes": minutes})
    carried = posting["period_start"] != posting["for_period"]
    return _("%(taken)s (Übertrag)") % {"taken": text} if carried else text


def _surcharges(parts: Iterable[Row]) -> Iterator[str]:
    for part in parts:
        if Decimal(part["surcharge"]):
            yield _("Zuschlag %(band)s auf %(minutes)s: %(price)s je %(per)s.") % {
                "band": part["band"],
                "minutes": _minutes(part["minutes"]),
                "price": price(part["surcharge"]),
                "per": _minutes(part["per_minutes"]),
            }


def _rest(way: Row) -> Iterator[str]:
    if not way["rest"]:
        return
    rest = sum(Decimal(run["minutes"]) for run in way["rest"])
    names = {"minutes": quantity(rest, "min"), "runs": _runs(way["rest"])}
    if way["basis"] in FREE:
        yield _("%(minutes)s bleiben ohne Berechnung.") % names
    elif way["basis"] == "held":
        yield _("%(minutes)s warten auf eine Zustimmung oder Kulanz.") % names
    elif way["covered"]:
        yield _("%(minutes)s darüber werden berechnet: %(runs)s.") % names
    elif way["basis_row"] == BY_CONTRACT:
        yield _("Kein Kontingent deckt sie: Alles kostet, nach dem Vertrag.")
    if Decimal(way["discount_percent"]):
        off = {"percent": percent(way["discount_percent"])}
        yield _("Kulanz: %(percent)s Nachlass auf jede Position.") % off


def _extras(way: Row) -> Iterator[str]:
    for fee in way["fees"]:
        yield _("%(name)s: %(count)d × %(amount)s.") % {
            "name": fee["name"],
            "count": fee["count"],
            "amount": money(fee["amount"]),
        }
    for call in way["calls"]:
        yield _("Verbindung %(call)s, %(time)s: %(amount)s.") % {
            "call": call["call"],
            "time": _clock(call["seconds"]),
            "amount": price(call["amount"]),
        }
