"""Who may open which page: every route for every role, by every method.

The table of routes stands in `matrix.py`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from fernkladde.accounts.roles import Role, may
from tests import make
from tests.downloads import put_away

from .matrix import ANY_PERSON, PUBLIC, ROUTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.test import Client

    from fernkladde.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DONE_OR_REFUSED_AS_TYPED = {200, 302, 400, 404, 422, 429}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}


def patterns() -> list[URLPattern]:
    [desk] = get_resolver().url_patterns
    assert isinstance(desk, URLResolver)
    return [one for one in desk.url_patterns if isinstance(one, URLPattern)]


class World:
    """One record of each kind, for the addresses to name."""

    def __init__(self) -> None:
        make.policy()
        self.administrator = make.user(Role.ADMINISTRATOR)
        self.people = {role: make.user(role) for role in Role}
        self.customer = make.customer()
        self.contact = make.contact(customer=self.customer)
        kind = make.plant_type()
        self.plant = make.plant(customer=self.customer, plant_type=kind)
        self.path = make.access_path(plant=self.plant)
        self.case = make.case(customer=self.customer, plant=self.plant)
        technician = self.people[Role.TECHNICIAN]
        self.session = make.session(case=self.case, technician=technician)
        self.attachment = make.attachment(case=self.case)
        self.template, self.answer = make.case_template(), make.canned_answer()
        self.contract = make.contract(customer=self.customer)
        self.version = make.tariff_version()
        self.deck = make.rate_deck()
        self.day = make.special_day()
        self.batch = make.batch()
        make.past_call(plant=self.plant)

    def arguments(self, pattern: URLPattern) -> dict[str, Any]:
        """Return what the address of a page names."""
        name = pattern.name or ""
        return {word: self._value(name, word) for word in pattern.pattern.converters}

    def _value(self, name: str, word: str) -> Any:
        for beginning, values in self._values().items():
            if name.startswith(beginning) and word in values:
                return values[word]
        message = f"What does {word} of {name} name? Say it in World._values."
        raise LookupError(message)

    def _values(self) -> dict[str, dict[str, Any]]:
        """Name the records by the beginnings of the pages' names, special first."""
        tariff = {
            "code": self.version.tariff.code,
            "day": self.version.valid_from.isoformat(),
        }
        return {
            "session-new": {"number": self.case.number},
            "start-timer": {"number": self.case.number},
            "take-over-timer": {"number": self.session.number},
            "timer-goes-on": {"number": self.session.number},
            "call-new": {"number": self.session.number},
            "session": {"number": self.session.number},
            "confirm-session": {"number": self.session.number},
            "pause-timer": {"number": self.session.number},
            "stop-timer": {"number": self.session.number},
            "switch-timer": {"number": self.session.number},
            "drop-timer": {"number": self.session.number},
            "case-file": {"number": self.case.number, "key": self.attachment.pk},
            "case": {"number": self.case.number},
            "customer": {"number": self.customer.number},
            "contact": {"number": self.customer.number, "key": self.contact.pk},
            "plant-type": {"key": self.plant.plant_type_id},
            "access": {"number": self.plant.number, "key": self.path.pk},
            "plant": {"number": self.plant.number},
            "contract": {"number": self.contract.number},
            "tariff": tariff,
            "past-call-day": {"day": "2024-03-05"},
            "import-sample": {"kind": "customers", "ending": "csv"},
            "import": {"key": self.batch.pk},
            "rate-deck": {"code": self.deck.code},
            "month": {"period": "2026-10", "number": self.customer.number},
            "statement": {"period": "2026-10", "number": self.customer.number},
            "invoice": {"number": "RE-999999"},
            "settings-text-": {"kind": "vorlage", "key": self.template.pk},
            "settings-template": {"key": self.template.pk},
            "settings-answer": {"key": self.answer.pk},
            "settings-day": {"day": self.day.date.isoformat()},
            "settings-person": {"username": self.people[Role.TECHNICIAN].username},
        }

    def address(self, name: str) -> str:
        [pattern] = [one for one in patterns() if one.name == name]
        return reverse(name, kwargs=self.arguments(pattern))


@pytest.fixture
def world() -> World:
    return World()


def refused(role: Role, need: str) -> bool:
    return need not in {PUBLIC, ANY_PERSON} and not may(role, need)


def assert_policy(headers: Mapping[str, str]) -> None:
    sent = headers["Content-Security-Policy"].split("; ")
    assert dict(part.split(" ", 1) for part in sent) == POLICY


@contextmanager
def nothing_written() -> Iterator[None]:
    def watch(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        assert sql.lstrip("(").split(None, 1)[0] in {
            "SELECT",
            "SAVEPOINT",
            "RELEASE",
        }, sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


def test_every_route_is_in_the_table_with_the_word_that_its_view_needs() -> None:
    found = {one.name: getattr(one.callback, "needs", None) for one in patterns()}

    assert found == {name: route.need for name, route in ROUTES.items()}


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_reading_is_for_those_who_may_and_changes_nothing(
    client: Client, world: World, name: str
) -> None:
    need, status = ROUTES[name]
    address = world.address(name)

    for role in Role:
        client.force_login(world.people[role])
        with nothing_written():
            response = client.get(address)
        expected = 403 if refused(role, need) else status
        if name == "login":
            expected = 302
        assert response.status_code == expected, role
        assert_policy(response.headers)
        put_away(response)
    head = client.head(address)
    put_away(head)
    assert head.status_code == expected


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_writing_is_for_those_who_may(client: Client, world: World, name: str) -> None:
    need = ROUTES[name].need
    address = world.address(name)

    for role in Role:
        client.force_login(world.people[role])
        response = client.post(address)
        if refused(role, need):
            assert response.status_code == 403, role
        else:
            assert response.status_code in DONE_OR_REFUSED_AS_TYPED | {405}, role
        assert_policy(response.headers)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_is_not_logged_in_is_led_to_the_login(
    client: Client, world: World, name: str
) -> None:
    need, status = ROUTES[name]
    address = world.address(name)

    answers = [client.get(address), client.post(address), client.put(address)]

    for response in answers:
        assert_policy(response.headers)
    if need == PUBLIC:
        assert answers[0].status_code == status
        return
    for response in answers:
        assert response.status_code == 302
        assert response.headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_no_page_takes_other_methods(client: Client, world: World, name: str) -> None:
    address = world.address(name)
    client.force_login(world.people[Role.ADMINISTRATOR])

    answers = [client.put(address), client.patch(address), client.delete(address)]

    if name != "login":
        assert [one.status_code for one in answers] == [405, 405, 405]


def log_in(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get(reverse("start")).status_code == 200


def test_a_partial_is_guarded_like_its_page(client: Client, world: World) -> None:
    client.force_login(world.people[Role.BILLING])

    response = client.get(reverse("timer"), headers={"HX-Request": "true"})

    assert response.status_code == 403


def test_who_has_left_is_out_with_the_next_request(
    client: Client, world: World
) -> None:
    person = world.people[Role.TECHNICIAN]
    log_in(client, person)

    type(person).objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(reverse("start")).status_code == 302


def test_a_role_withdrawn_a_moment_ago_is_gone_already(
    client: Client, world: World
) -> None:
    person = world.people[Role.MANAGER]
    log_in(client, person)

    type(person).objects.filter(pk=person.pk).update(role=Role.AUDITOR)

    assert client.get(reverse("new-call")).status_code == 403


def test_a_record_that_does_not_exist_is_not_found(
    client: Client, world: World
) -> None:
    client.force_login(world.people[Role.ADMINISTRATOR])

    for name in ("case", "session", "customer", "plant", "contract"):
        assert client.get(reverse(name, args=["nowhere"])).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/faelle/?text=%00", "/faelle/%00/", "/suche/?q=a%00", "/anruf/?plant=%00"],
)
def test_a_nul_in_an_address_is_a_bad_request(
    client: Client, world: World, address: str
) -> None:
    client.force_login(world.people[Role.ADMINISTRATOR])

    response = client.get(address)

    assert response.status_code == 400
    assert_policy(response.headers)
