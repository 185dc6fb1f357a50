from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from fernkladde.accounts import actions
from fernkladde.accounts.models import Language, Theme, User
from fernkladde.accounts.roles import Role
from fernkladde.journal import queries
from fernkladde.journal.models import Entry, PersonalValue
from tests.accounts import make
from tests.accounts.make import NOON, PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def petra() -> User:
    return make.person(username="petra", role=Role.ADMINISTRATOR)


def create(by: User | None, **fields: Any) -> User:
    given: dict[str, Any] = {
        "username": "jonas",
        "full_name": "Jonas Weber",
        "role": Role.TECHNICIAN,
        "by": by,
        "at": NOON,
    }
    return actions.create_user(**{**given, **fields})


def last_entry() -> Entry:
    return Entry.objects.newest_first()[0]


def test_a_new_person_has_one_entry_without_their_name_in_it(petra: User) -> None:
    jonas = create(petra, email="jonas@example.org")

    entry = Entry.objects.get()
    assert (entry.kind, entry.subject) == ("accounts.user-created", f"user/{jonas.pk}")
    assert (entry.actor, entry.happened_at) == (petra, NOON)
    assert entry.facts == {"language": "de", "role": "technician"}
    kept = PersonalValue.objects.values_list("field", "value")
    assert dict(kept) == {
        "username": "jonas",
        "full_name": "Jonas Weber",
        "initials": "JW",
        "email": "jonas@example.org",
    }
    for name in ("jonas", "Weber", "JW"):
        assert name not in entry.link().canonical()


@pytest.mark.parametrize(
    ("full_name", "initials"),
    [("Jonas Weber", "JW"), ("Öz", "Ö"), ("Anna Maria von Berg", "AB"), ("", "")],
)
def test_initials_are_those_of_the_first_and_the_last_name(
    full_name: str, initials: str
) -> None:
    assert actions.initials_of(full_name) == initials


@pytest.mark.parametrize("typed", ["Jonas", " jonas ", "JONAS"])
def test_a_short_name_is_kept_in_one_way(petra: User, typed: str) -> None:
    assert create(petra, username=typed).username == "jonas"


@pytest.mark.parametrize("typed", ["", "j", "jo nas", "jönas", "j@x", "-jo", "a" * 33])
def test_an_unusable_short_name_is_refused(petra: User, typed: str) -> None:
    with pytest.raises(actions.UsernameUnusable):
        create(petra, username=typed)


def test_a_name_is_needed(petra: User) -> None:
    with pytest.raises(actions.NameMissing):
        create(petra, full_name="  ")


def test_a_short_name_is_given_once(petra: User) -> None:
    create(petra)

    with pytest.raises(actions.UsernameTaken, match="Den Kurznamen „jonas“ gibt es"):
        create(petra, username="Jonas", email="other@example.org")

    assert Entry.objects.count() == 1


def test_an_address_belongs_to_one_person(petra: User) -> None:
    create(petra, email="jonas@example.org")

    with pytest.raises(actions.AddressTaken):
        create(petra, username="other", email="Jonas@Example.org")


def test_an_address_of_somebody_else_is_not_taken_over(petra: User) -> None:
    create(petra, email="jonas@example.org")
    other = create(petra, username="other")

    with pytest.raises(actions.AddressTaken):
        actions.change_details(
            user=other,
            full_name="Jonas Weber",
            initials="JW",
            email="jonas@example.org",
            by=petra,
            at=NOON,
        )

    assert Entry.objects.count() == 2


def test_many_people_may_have_no_address(petra: User) -> None:
    create(petra)
    create(petra, username="other")

    assert User.objects.filter(email="").count() == 3


def test_a_person_without_a_password_has_none_that_fits(petra: User) -> None:
    jonas = create(petra)

    assert not jonas.has_usable_password()
    assert not jonas.must_change_password


def test_a_password_from_somebody_else_must_be_changed(petra: User) -> None:
    jonas = create(petra, password=PASSWORD)
    assert jonas.must_change_password

    actions.set_password(user=jonas, password=PASSWORD + "!", by=jonas, at=NOON)

    jonas.refresh_from_db()
    assert not jonas.must_change_password
    assert jonas.check_password(PASSWORD + "!")


def test_a_new_password_is_noted_and_not_told(petra: User) -> None:
    jonas = create(petra)

    actions.set_password(user=jonas, password=PASSWORD, by=petra, at=NOON)

    entry = last_entry()
    assert (entry.kind, entry.facts) == (
        "accounts.password-set",
        {"by_themselves": False},
    )
    jonas.refresh_from_db()
    assert jonas.must_change_password


def test_a_weak_password_changes_nothing(petra: User) -> None:
    before = petra.password

    with pytest.raises(actions.WeakPassword) as refusal:
        actions.set_password(user=petra, password="short", by=petra, at=NOON)

    petra.refresh_from_db()
    assert petra.password == before
    assert str(refusal.value)
    assert not Entry.objects.exists()


def test_changed_details_are_committed_and_only_those(petra: User) -> None:
    jonas = create(petra)

    actions.change_details(
        user=jonas,
        full_name="Jonas Weber-Roth",
        initials="JW",
        email="",
        by=petra,
        at=NOON,
    )

    entry = last_entry()
    assert entry.facts == {"fields": ["full_name"]}
    assert list(entry.commitments) == ["full_name"]
    jonas.refresh_from_db()
    assert jonas.full_name == "Jonas Weber-Roth"


def test_details_that_stay_leave_no_entry(petra: User) -> None:
    jonas = create(petra)

    actions.change_details(
        user=jonas, full_name="Jonas Weber", initials="JW", email="", by=petra, at=NOON
    )

    assert Entry.objects.count() == 1


def test_preferences_are_changed_as_far_as_they_are_given(petra: User) -> None:
    actions.change_preferences(
        user=petra, by=petra, at=NOON, theme=Theme.DARK, language=Language.GERMAN
    )

    petra.refresh_from_db()
    assert (petra.theme, petra.language) == ("dark", "de")
    assert last_entry().facts == {"theme": "dark"}


def test_a_preference_may_be_switched_off(petra: User) -> None:
    actions.change_preferences(user=petra, by=petra, at=NOON, single_letter_keys=False)

    petra.refresh_from_db()
    assert not petra.single_letter_keys


def test_a_changed_role_tells_both(petra: User) -> None:
    jonas = create(petra)

    actions.change_role(user=jonas, role=Role.MANAGER, by=petra, at=NOON)
    actions.change_role(user=jonas, role=Role.MANAGER, by=petra, at=NOON)

    assert last_entry().facts == {"from": "technician", "to": "manager"}
    assert Entry.objects.count() == 2
    jonas.refresh_from_db()
    assert jonas.role == "manager"


def test_whoever_leaves_may_come_back(petra: User) -> None:
    jonas = create(petra)

    actions.deactivate(user=jonas, by=petra, at=NOON)
    actions.deactivate(user=jonas, by=petra, at=NOON)
    jonas.refresh_from_db()
    assert not jonas.is_active
    actions.reactivate(user=jonas, by=petra, at=NOON)
    actions.reactivate(user=jonas, by=petra, at=NOON)

    jonas.refresh_from_db()
    assert jonas.is_active
    kinds = [entry.kind for entry in Entry.objects.in_order()]
    assert kinds == [
        "accounts.user-created",
        "accounts.user-deactivated",
        "accounts.user-reactivated",
    ]


def test_people_are_not_deleted(petra: User) -> None:
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        petra.delete()


def test_an_anonymized_person_is_nowhere_by_name_and_the_chain_holds(
    petra: User,
) -> None:
    jonas = create(petra, email="jonas@example.org", password=PASSWORD)
    actions.deactivate(user=jonas, by=petra, at=NOON)

    actions.anonymize(user=jonas, by=petra, at=NOON, reason="Austritt")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user")
        people = str(cursor.fetchall())
        cursor.execute("SELECT value FROM journal_personalvalue")
        values = str(cursor.fetchall())
    # Whole words: the random password of nobody may hold any two letters.
    words = set(re.findall(r"\w+", people + values))
    assert not words & {"jonas", "Weber", "JW"}
    assert queries.verify() == queries.Verification(count=4)


def test_only_who_has_left_is_anonymized(petra: User) -> None:
    jonas = create(petra)

    with pytest.raises(actions.StillActive):
        actions.anonymize(user=jonas, by=petra, at=NOON, reason="Austritt")

    jonas.refresh_from_db()
    assert jonas.full_name == "Jonas Weber"


def test_what_is_done_to_people_reads_as_sentences(petra: User) -> None:
    petra.full_name = "Petra Lang"
    petra.save()
    jonas = create(petra, password=PASSWORD)
    actions.change_role(user=jonas, role=Role.MANAGER, by=petra, at=NOON)
    actions.change_preferences(user=jonas, by=jonas, at=NOON, theme=Theme.DARK)
    actions.set_password(user=jonas, password=PASSWORD, by=jonas, at=NOON)
    actions.set_password(user=jonas, password=PASSWORD, by=petra, at=NOON)
    actions.deactivate(user=jonas, by=petra, at=NOON)
    actions.anonymize(user=jonas, by=petra, at=NOON, reason="Austritt")
    left = f"Ausgeschieden ({jonas.pk})"

    lines = queries.readable(Entry.objects.in_order())

    assert [line.text for line in lines] == [
        "Petra Lang legt (gelöscht) an (Technik).",
        f"Petra Lang ändert die Rolle von {left}: Technik wird Serviceleitung.",
        f"{left} ändert die Einstellungen von {left}.",
        f"{left} ändert das eigene Passwort.",
        f"Petra Lang setzt das Passwort von {left}.",
        f"Petra Lang deaktiviert {left}.",
        f"Petra Lang löscht persönliche Angaben zu {left}: Austritt",
        f"Petra Lang anonymisiert {left}.",
    ]
