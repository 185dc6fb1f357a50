"""A document that the worker has given up is made once more when somebody asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fernkladde.billing.models import Rendering, RenderingState
from fernkladde.billing.rendering import MOST_ATTEMPTS, claim_due
from fernkladde.billing.repeating import repeat_rendering
from fernkladde.journal.models import Entry
from fernkladde.journal.queries import readable
from tests import make

from . import month
from .month import AT, work

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)


def given_up() -> Rendering:
    month.firm()
    work(month.customer())
    month.bill()
    Rendering.objects.update(
        state=RenderingState.FAILED,
        attempts=MOST_ATTEMPTS,
        error="Schrift fehlt",
        lease="of a worker that is gone",
        due_at=LATER + timedelta(days=1),
    )
    return Rendering.objects.get()


def told() -> list[Entry]:
    return list(Entry.objects.of_kind("billing.rendering-repeated"))


def test_it_is_due_at_once_with_all_its_attempts() -> None:
    rendering = given_up()

    done = repeat_rendering(rendering=rendering, by=None, at=LATER)

    _key, taken = claim_due(at=LATER)
    again = Rendering.objects.get()
    assert done
    assert taken == [rendering.pk]
    assert (again.attempts, again.error) == (1, "Schrift fehlt")


def test_the_kladde_tells_who_asked_and_of_how_many_attempts() -> None:
    rendering = given_up()
    clerk = make.user()

    repeat_rendering(rendering=rendering, by=clerk, at=LATER)

    [entry] = told()
    assert rendering.invoice is not None
    assert entry.subject == f"invoice/{rendering.invoice.number}"
    assert (entry.actor_id, entry.facts) == (clerk.pk, {"attempts": MOST_ATTEMPTS})
    [line] = readable(Entry.objects.filter(pk=entry.pk))
    assert "noch einmal machen" in line.text


def test_a_second_click_changes_nothing() -> None:
    rendering = given_up()
    repeat_rendering(rendering=rendering, by=None, at=LATER)
    claim_due(at=LATER)

    second = repeat_rendering(rendering=rendering, by=None, at=LATER)

    assert not second
    assert Rendering.objects.get().lease
    assert len(told()) == 1


def test_a_document_that_is_made_is_never_made_again() -> None:
    rendering = given_up()
    Rendering.objects.update(
        state=RenderingState.DONE, pdf="a.pdf", pdf_sha256="0" * 64
    )

    done = repeat_rendering(rendering=rendering, by=None, at=LATER)

    assert not done
    assert Rendering.objects.get().state == RenderingState.DONE
    assert told() == []
