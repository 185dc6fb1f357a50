"""A second rating, slow on purpose: every billed second by itself, in fractions.

Written from the words of the rating rules alone. It shares no line with the engine
and reads the scenario as plain JSON, so that the two can only agree by being right.
"""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
FREE = ("not_billable", "warranty", "goodwill", "unannounced")
Doc = dict[str, Any]


def rounded(x: Fraction, digits: int) -> Fraction:
    """Half away from zero."""
    scaled = abs(x) * 10**digits
    whole = int(scaled + Fraction(1, 2))
    return Fraction(whole if x >= 0 else -whole, 10**digits)


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def number(x: Any) -> Fraction:
    return Fraction(str(x))


def steps(worked: int, first: int, step: int, tolerance: int) -> int:
    """M + I * ceil(max(0, d - M - T) / I), counted step by step."""
    billed = first
    while worked - tolerance > billed:
        billed += step
    return billed


class Second:
    """One billed second: its band, its price per second and the base price."""

    def __init__(self, oracle: Oracle, group: Doc, band: int, position: int) -> None:
        row, version = group["row"], group["version"]
        per = row["per_minutes"]
        base = (rounded(number(row["price"]), 4), per)
        first_minutes = row.get("first_minutes", row.get("next_minutes", per))
        in_first = row.get("first_price") is not None and position < first_minutes * 60
        if in_first:
            base = (rounded(number(row["first_price"]), 4), first_minutes)
        self.base = base
        self.band = band
        self.name = None
        self.unit, self.per = base
        if band >= 0:
            entry = version["bands"][band]
            self.name = entry["name"]
            if "percent" in entry:
                self.unit = rounded(base[0] * (1 + number(entry["percent"]) / 100), 4)
            else:
                self.unit, self.per = rounded(number(entry["price"]), 4), per
        self.price = self.unit / (self.per * 60)
        self.base_price = base[0] / (base[1] * 60)
        self.key = (band, self.unit, self.per, base)

    def alike(self, other: Second) -> bool:
        return self is other or self.key == other.key

    @property
    def surcharge(self) -> Fraction:
        above = self.unit - self.base[0] * self.per / self.base[1]
        return max(Fraction(0), rounded(above, 4))


class Allowance:
    """The periods of one contract: what is used, and what was handed on."""

    def __init__(self, contract: Doc) -> None:
        self.contract, self.terms = contract, contract["allowance"]
        self.by_cases = "cases" in self.terms
        self.granted: int = self.terms["cases" if self.by_cases else "minutes"]
        self.granted *= 1 if self.by_cases else 60
        self.used: defaultdict[int, int] = defaultdict(int)
        self.handed: defaultdict[int, int] = defaultdict(int)
        self.cases: defaultdict[int, set[str]] = defaultdict(set)
        self.seen: list[tuple[int, dict[int, int]]] = []
        for row in contract.get("used", ()):
            index = self.index(date.fromisoformat(row["period_start"]))
            ids = row.get("case_ids", [])
            self.cases[index] |= set(ids)
            self.used[index] = (
                row.get("cases", len(ids)) if self.by_cases else row.get("seconds", 0)
            )
            self.handed[index] = row.get("handed_seconds", 0)

    def start(self, index: int) -> date | None:
        start = date.fromisoformat(self.contract["valid_from"])
        if self.terms["period"] == "term":
            return start if index == 0 else None
        month = start.month - 1 + index * MONTHS[self.terms["period"]]
        year, month = start.year + month // 12, month % 12 + 1
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))

    def index(self, day: date) -> int:
        index = 0
        while (following := self.start(index + 1)) is not None and following <= day:
            index += 1
        return index

    def left(self, index: int) -> int:
        return max(0, self.granted - self.used[index])

    def can_give(self, index: int) -> int:
        """What a period can still hand on to later ones."""
        cap = self.terms.get("carry_over_minutes")
        left = self.left(index)
        return left if cap is None else max(0, min(left, cap * 60 - self.handed[index]))

    def earlier(self, index: int) -> list[int]:
        over = self.terms.get("carry_over_periods", 0)
        if self.by_cases:
            return []
        return list(range(0 if over == "term" else max(0, index - over), index))

    def carried_in(self, index: int) -> int:
        return sum(self.can_give(q) for q in self.earlier(index))

    def note(self, index: int, last: int) -> None:
        """Remember, just before a group of period `index`, what could be given."""
        state = {p: self.carried_in(p) for p in range(last + 1)}
        self.seen.append((index, state))

    def take(self, payer: int, index: int, seconds: int) -> None:
        self.used[payer] += seconds
        if payer != index:
            self.handed[payer] += seconds


class Oracle:
    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.zone = ZoneInfo(doc["timezone"])
        self.customers = {c["id"]: c for c in doc["customers"]}
        self.plants = {p["id"]: p for p in doc.get("plants", ())}
        self.cases = {c["id"]: c for c in doc["cases"]}
        self.tariffs = {t["id"]: t for t in doc["tariffs"]}
        self.decks = {d["id"]: d for d in doc.get("rate_decks", ())}
        self.calls: defaultdict[str, list[Doc]] = defaultdict(list)
        for call in doc.get("calls", ()):
            self.calls[call["session"]].append(call)
        self.allowances = {
            c["id"]: Allowance(c)
            for c in doc.get("contracts", ())
            if c["covers"] == "allowance"
        }
        self.lines: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
        self.free: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
        self.held: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
        self.warnings: set[tuple[str, str]] = set()
        self.fees: set[tuple[Any, ...]] = set()
        self._remember_billed_fees()
        self.groups = self._groups()
        for group in self.groups:
            self._serve(group)

    def _remember_billed_fees(self) -> None:
        for fee in self.doc.get("billed_fees", ()):
            self.fees.add((fee["case"], fee["fee"], fee["tariff"], "case"))
            self.fees.add((fee["case"], fee["fee"], fee["tariff"], fee.get("date")))

    # Sections 1 and 2

    def day(self, session: Doc) -> date:
        return datetime.fromtimestamp(instant(session["start"]), self.zone).date()

    def rated(self, session: Doc) -> bool:
        period = self.doc.get("period")
        if period is None:
            return True
        return bool(period["from"] <= self.day(session).isoformat() <= period["until"])

    def basis(  # noqa: PLR0911 - the table of section 2
        self, session: Doc, fitting: list[Doc]
    ) -> tuple[str, Fraction]:
        case = self.cases[session["case"]]
        customer = self.customers[case["customer"]]
        plant = self.plants.get(case.get("plant") or "", {})
        day = self.day(session).isoformat()
        cause = case.get("cause", "unknown")
        given = session.get("goodwill_percent", case.get("goodwill_percent", 0))
        goodwill, none = number(given), Fraction(0)
        if not session.get("billable", True):
            return "not_billable", none
        if plant.get("warranty_until", "") >= case["reported_on"]:
            if cause == "unknown":
                self.warnings.add(("cause_unknown_in_warranty", case["id"]))
            if cause in ("unknown", "defect"):
                return "warranty", none
        if goodwill == 100:
            return "goodwill", none
        if fitting:
            return "contract", goodwill
        if day < customer.get("charging_from", ""):
            return "unannounced", none
        if self.doc.get("policy", {}).get("require_consent", False):
            by_frame = customer.get("consent_from", "9999") <= day
            at = case.get("consented_at")
            if not by_frame and not (at and instant(at) < instant(session["end"])):
                return "held", goodwill
        return "tariff", goodwill

    def fitting(self, session: Doc) -> list[Doc]:
        case, day = self.cases[session["case"]], self.day(session).isoformat()
        found = [
            c
            for c in self.doc.get("contracts", ())
            if case["customer"] in [c["customer"], *c.get("shared_with", ())]
            and ("plants" not in c or case.get("plant") in c["plants"])
            and ("services" not in c or session["service"] in c["services"])
            and c["valid_from"] <= day <= (c.get("valid_until") or "9999-12-31")
        ]
        return sorted(
            found,
            key=lambda c: (
                c.get("priority", 100),
                "plants" not in c,
                c.get("valid_until") or "9999-99-99",
                c["valid_from"],
                c["id"],
            ),
        )

    def version(self, session: Doc, tariff: str) -> Doc:
        day = self.day(session).isoformat()
        versions = self.tariffs[tariff]["versions"]
        return max(
            (v for v in versions if v["valid_from"] <= day),
            key=lambda v: v["valid_from"],
        )

    def row(self, version: Doc, service: str, skill: str) -> Doc:
        for want in ((service, skill), (service, "*"), ("*", skill), ("*", "*")):
            for row in version["prices"]:
                if (row.get("service", "*"), row.get("skill", "*")) == want:
                    return dict(row)
        raise AssertionError

    # Section 3

    def _groups(self) -> list[Doc]:
        groups: list[Doc] = []
        sessions = filter(self.rated, self.doc["sessions"])
        for session in sorted(sessions, key=lambda s: (instant(s["start"]), s["id"])):
            facts = self._facts(session)
            by = facts["version"].get("group_by", "day")
            fits = [
                g
                for g in groups
                if g["key"] == facts["key"]
                and (by != "day" or g["day"] == facts["day"])
                and (by != "session" or self._near(g, session))
            ]
            if fits:
                fits[-1]["sessions"].append(session)
            else:
                groups.append({**facts, "sessions": [session]})
        return groups

    def _near(self, group: Doc, session: Doc) -> bool:
        gap: int = group["version"].get("merge_gap_minutes", 0) * 60
        latest = max(instant(s["end"]) for s in group["sessions"])
        return gap > 0 and instant(session["start"]) - latest <= gap

    def _facts(self, session: Doc) -> Doc:
        case = self.cases[session["case"]]
        customer = self.customers[case["customer"]]
        plant = self.plants.get(case.get("plant") or "", {})
        fitting = self.fitting(session)
        basis, discount = self.basis(session, fitting)
        tariff = plant.get("tariff") or customer.get("tariff")
        tariff = tariff or self.doc["default_tariff"]
        if basis == "contract":
            tariff = fitting[0].get("tariff", tariff)
        version = self.version(session, tariff)
        service, skill = session["service"], session.get("skill", "*")
        team = version.get("team_as_one", False)
        ids = [c["id"] for c in fitting]
        technician = "" if team else session.get("technician", "")
        return {
            "key": (
                case["id"], service, skill, tariff, version["valid_from"], basis,
                ids, discount, technician,
            ),
            "case": case["id"],
            "customer": case["customer"],
            "service": service,
            "skill": skill,
            "tariff": tariff,
            "version": version,
            "row": self.row(version, service, skill),
            "basis": basis,
            "discount": discount,
            "fitting": fitting,
            "day": self.day(session),
        }  # fmt: skip

    # Section 4

    def band_at(self, group: Doc, second: int) -> int:
        """The band in force at an instant, -1 for none; bands begin on minutes."""
        known: dict[int, int] = group.setdefault("bands", {})
        if second // 60 not in known:
            known[second // 60] = self._band_at(group, second)
        return known[second // 60]

    def _band_at(self, group: Doc, second: int) -> int:
        local = datetime.fromtimestamp(second, self.zone)
        special = self.doc.get("special_days", {})
        label = special.get(local.date().isoformat(), WEEKDAYS[local.weekday()])
        time = f"{local:%H:%M}"
        best, price = -1, None
        for index, band in enumerate(group["version"].get("bands", ())):
            if group["service"] not in band.get("services", [group["service"]]):
                continue
            wraps = band["until"] <= band["from"]
            late, early = time >= band["from"], time < band["until"]
            if label in band["days"] and ((late or early) if wraps else late and early):
                unit = self.normal(group, index)
                if price is None or unit > price:
                    best, price = index, unit
        return best

    def normal(self, group: Doc, band: int) -> Fraction:
        return Second(self, group, band, 10**12).unit

    def dearest(self, group: Doc, bands: set[int]) -> int:
        return min(bands, key=lambda b: (-self.normal(group, b), b))

    def cheapest(self, group: Doc, bands: set[int]) -> int:
        return min(bands, key=lambda b: (self.normal(group, b), b))

    def billed(self, group: Doc) -> list[Second]:
        """Every billed second in order."""
        bands = self._bands_of_billed_time(group)
        seconds: dict[tuple[int, bool], Second] = {}
        row = group["row"]
        first = row.get("first_minutes", row.get("next_minutes", row["per_minutes"]))
        for position, band in enumerate(bands):
            key = (band, position < first * 60)
            if key not in seconds:
                seconds[key] = Second(self, group, band, position)
        return [seconds[b, p < first * 60] for p, b in enumerate(bands)]

    def _bands_of_billed_time(self, group: Doc) -> list[int]:
        row, version = group["row"], group["version"]
        worked = [
            self.band_at(group, t)
            for s in group["sessions"]
            for t in range(instant(s["start"]), instant(s["end"]))
        ]
        step = row.get("next_minutes", row["per_minutes"]) * 60
        first = row.get("first_minutes", step // 60) * 60
        tolerance = row.get("tolerance_minutes", 0) * 60
        free = row.get("free_minutes", 0) * 60
        if len(worked) <= free:
            return []
        if row.get("free_mode", "deduct") == "deduct":
            worked = worked[free:]
        if worked[0] >= 0:
            minimum = version["bands"][worked[0]].get("minimum_minutes", 0)
            first = max(first, minimum * 60)
        length = steps(len(worked), first, step, tolerance)
        rule = version.get("band_rule", "unit_start")
        if rule == "unit_start":
            starts = range(first, length, step)
            units = [worked[0]] * first
            return units + [worked[at] for at in starts for _ in range(step)]
        if rule == "exact":
            padding = self.cheapest(group, set(worked))
            return (worked + [padding] * length)[:length]
        if rule == "highest":
            return [self.dearest(group, set(worked))] * length
        billed: list[int] = []
        for band in dict.fromkeys(worked):
            block = step if billed else first
            length = steps(worked.count(band), block, step, tolerance)
            billed += [band] * length
        return billed

    # Section 5

    @cached_property
    def last_day(self) -> date | None:
        days = [self.day(s) for s in self.doc["sessions"] if self.rated(s)]
        return max(days, default=None)

    def _cover(
        self, group: Doc, seconds: list[Second]
    ) -> tuple[list[tuple[str, str, Second, str]], list[Second]]:
        """Return who covers which second, and what nobody covers."""
        covered = []
        for contract in group["fitting"]:
            if not seconds:
                break
            if contract["covers"] == "everything":
                covered += [(contract["id"], "flat", s, "") for s in seconds]
                seconds = []
            elif contract["covers"] == "allowance":
                allowance = self.allowances[contract["id"]]
                taken, seconds = self._draw(allowance, group, seconds)
                mode = allowance.terms.get("surcharge_on_covered", "ignore")
                mode = "" if allowance.by_cases else mode
                covered += [(contract["id"], "allowance", s, mode) for s in taken]
        return covered, seconds

    def _draw(
        self, allowance: Allowance, group: Doc, seconds: list[Second]
    ) -> tuple[list[Second], list[Second]]:
        index = allowance.index(group["day"])
        assert self.last_day is not None
        allowance.note(index, allowance.index(self.last_day))
        if allowance.by_cases:
            if group["case"] not in allowance.cases[index]:
                if not allowance.left(index):
                    return [], seconds
                allowance.cases[index].add(group["case"])
                allowance.used[index] += 1
            return seconds, []
        taken: list[Second] = []
        for payer in [*allowance.earlier(index), index]:
            if allowance.terms.get("surcharge_on_covered") == "weight":
                seconds = self._weigh(allowance, payer, index, taken, seconds)
                continue
            own = payer == index
            left = allowance.left(payer) if own else allowance.can_give(payer)
            part, seconds = seconds[:left], seconds[left:]
            allowance.take(payer, index, len(part))
            taken += part
        return taken, seconds

    def _weigh(
        self,
        allowance: Allowance,
        payer: int,
        index: int,
        taken: list[Second],
        seconds: list[Second],
    ) -> list[Second]:
        left = allowance.left(payer) if payer == index else allowance.can_give(payer)
        while seconds and left:
            second = seconds[0]
            run = sum(1 for _ in takewhile(second.alike, seconds))
            weight = Fraction(1)
            if second.base_price:
                weight = max(weight, second.price / second.base_price)
            need = int(rounded(run * weight, 0))
            covered = run if need <= left else int(left / weight)
            cost = min(need, left)
            taken += seconds[:covered]
            seconds = seconds[covered:]
            allowance.take(payer, index, cost)
            left -= cost
        return seconds

    # Sections 6 and 7

    def _serve(self, group: Doc) -> None:
        seconds = self.billed(group)
        covered: list[tuple[str, str, Second, str]] = []
        rest = seconds
        if group["basis"] == "contract":
            covered, rest = self._cover(group, seconds)
        money = False
        for (contract, basis, second, mode), times in Counter(covered).items():
            charged = mode == "charge" and second.surcharge > 0
            value = second.base_price if charged else second.price
            self.free[group["case"], basis, contract, "time"].append((times, value))
            if charged:
                key = self._key(
                    group, "surcharge", "allowance", contract, second.name,
                    second.surcharge, second.per,
                )  # fmt: skip
                self.lines[key].append(times)
                money = True
        for second, times in Counter(rest).items():
            given = (times, second.price)
            if group["basis"] in FREE:
                self.free[group["case"], group["basis"], None, "time"].append(given)
            elif group["basis"] == "held":
                self.held[group["case"], "time"].append(given)
            else:
                money = True
                key = self._key(
                    group, "time", *self._charged(group), second.name, second.unit,
                    second.per,
                )  # fmt: skip
                self.lines[key].append(times)
        if money:
            self._fees(group)
        self._calls(group)

    def _charged(self, group: Doc) -> tuple[str, str | None]:
        if group["basis"] == "contract":
            return "overage", group["fitting"][0]["id"]
        return "tariff", None

    def _key(
        self,
        group: Doc,
        kind: str,
        basis: str,
        contract: str | None,
        band: str | None,
        unit: Fraction,
        per: int,
    ) -> tuple[Any, ...]:
        return (
            group["customer"], group["case"], kind, basis, contract, group["tariff"],
            group["version"]["valid_from"], group["service"], group["skill"], band,
            unit, per, None, group["discount"],
        )  # fmt: skip

    def _fees(self, group: Doc) -> None:
        basis, contract = self._charged(group)
        for fee in group["version"].get("fees", ()):
            if group["service"] not in fee.get("services", [group["service"]]):
                continue
            ways = [s.get("connection", "none") for s in group["sessions"]]
            count = sum(way in fee.get("connections", [way]) for way in ways)
            if fee["per"] != "session":
                count = min(count, 1)
            if count and fee["per"] in ("day", "case"):
                when = "case" if fee["per"] == "case" else group["day"].isoformat()
                once = (group["case"], fee["name"], group["tariff"], when)
                count = 0 if once in self.fees else 1
                self.fees.add(once)
            if count:
                key = (
                    group["customer"], group["case"], "fee", basis, contract,
                    group["tariff"], group["version"]["valid_from"], None, None, None,
                    rounded(number(fee["amount"]), 4), None, fee["name"],
                    group["discount"],
                )  # fmt: skip
                self.lines[key].append(count)

    def _calls(self, group: Doc) -> None:
        terms = group["version"].get("connection", {"mode": "none"})
        basis, contract = self._charged(group)
        where = "line"
        fitting = group["fitting"]
        if group["basis"] in FREE and not terms.get("always", False):
            where, basis = "free", group["basis"]
        elif fitting and fitting[0].get("includes_connection", False):
            where, basis, contract = "free", "flat", fitting[0]["id"]
        elif group["basis"] == "held":
            where = "held"
        for session in group["sessions"]:
            for call in self.calls[session["id"]]:
                amount = self._call(call, terms)
                if amount is None:
                    continue
                given = (call["seconds"], amount / call["seconds"])
                if where == "free":
                    key = (group["case"], basis, contract, "connection")
                    self.free[key].append(given)
                elif where == "held":
                    self.held[group["case"], "connection"].append(given)
                else:
                    line = (
                        group["customer"], group["case"], "connection", basis, contract,
                        group["tariff"], group["version"]["valid_from"],
                        group["service"], None, None, None, None, None,
                        group["discount"],
                    )  # fmt: skip
                    self.lines[line].append((call["seconds"], amount))

    def _call(  # noqa: PLR0911 - one for each way to cost nothing or something
        self, call: Doc, terms: Doc
    ) -> Fraction | None:
        seconds, mode = call["seconds"], terms["mode"]
        if mode == "none" or seconds == 0:
            return None
        if seconds < terms.get("ignore_below_seconds", 0):
            return None
        markup = 1 + number(terms.get("markup_percent", 0)) / 100
        if mode == "flat":
            return rounded(number(terms["amount"]), 4)
        if mode == "at_cost":
            if "cost" not in call:
                self.warnings.add(("call_without_cost", call["id"]))
                return None
            return rounded(number(call["cost"]) * markup, 4)
        rates = [
            rate
            for rate in self.decks[terms["deck"]]["rates"]
            if call["number"].startswith(rate["prefix"])
        ]
        if not rates:
            self.warnings.add(("no_rate_for_number", call["id"]))
            return None
        rate = max(rates, key=lambda r: len(r["prefix"]))
        first, step = rate.get("first_interval", 60), rate.get("next_interval", 60)
        billed = steps(seconds, first, step, 0)
        price = number(rate["price_per_minute"]) * billed / 60
        return rounded((number(rate.get("connect_fee", 0)) + price) * markup, 4)

    def result(self) -> dict[str, Any]:
        """The rows as sets of tuples, with exact numbers."""
        lines: set[tuple[Any, ...]] = set()
        totals: defaultdict[str, Fraction] = defaultdict(Fraction)
        for key, parts in self.lines.items():
            line = self._line(key, parts)
            lines.add(line)
            totals[key[0]] += line[-1]
        return {
            "lines": lines,
            "free": {(*k, *_given(v)) for k, v in self.free.items()},
            "held": {(*k, *_given(v)) for k, v in self.held.items()},
            "allowances": set(self._allowance_rows()),
            "totals": dict(totals),
            "warnings": self.warnings,
        }

    def _line(self, key: tuple[Any, ...], parts: list[Any]) -> tuple[Any, ...]:
        kind, unit, per, discount = key[2], key[10], key[11], key[13]
        minutes = count = None
        if kind == "fee":
            count = sum(parts)
            gross = rounded(count * unit, 2)
        elif kind == "connection":
            count = len(parts)
            minutes = rounded(Fraction(sum(s for s, _ in parts), 60), 4)
            gross = rounded(sum((a for _, a in parts), Fraction(0)), 2)
        else:
            minutes = rounded(Fraction(sum(parts), 60), 4)
            gross = rounded(minutes * unit / per, 2)
        off = rounded(gross * discount / 100, 2)
        return (*key, minutes, count, gross, off, gross - off)

    def _allowance_rows(self) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for name, allowance in self.allowances.items():
            index = 0
            until = allowance.contract.get("valid_until") or "9999-12-31"
            while self.last_day is not None:
                start = allowance.start(index)
                if start is None or start > self.last_day or start.isoformat() > until:
                    break
                before = (state[index] for at, state in allowance.seen if at >= index)
                carried = next(before, allowance.carried_in(index))
                amounts = (
                    allowance.granted,
                    carried,
                    allowance.used[index],
                    allowance.left(index),
                )
                rows.append((name, start.isoformat(), *amounts))
                index += 1
        return rows


def _given(parts: list[tuple[int, Fraction]]) -> tuple[Fraction, Fraction]:
    seconds = sum(s for s, _ in parts)
    value = sum((s * price for s, price in parts), Fraction(0))
    return rounded(Fraction(seconds, 60), 4), rounded(value, 2)
