"""A refusal goes to the field it speaks of; what was typed stays."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from fernkladde.values.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django import forms


def show_refusal(form: forms.BaseForm, refusal: Exception) -> None:
    """Say in the form what was refused: at its field, else at the form's head."""
    faults = getattr(refusal, "faults", None) or {
        getattr(refusal, "field", None): [str(refusal)]
    }
    for field, sentences in faults.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


@contextmanager
def refusals_in(form: forms.BaseForm) -> Iterator[None]:
    """Do what stands below; what is refused is said in the form, and it goes on."""
    try:
        yield
    except Refusal as refusal:
        show_refusal(form, refusal)
