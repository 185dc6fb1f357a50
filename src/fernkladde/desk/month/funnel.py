"""The funnel of a month, left to right: what is done, what is next, what is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fernkladde.billing.models import RenderingState

if TYPE_CHECKING:
    from .overview import Overview

DONE, NOW, STUCK, LATER = "done", "now", "stuck", ""


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    figure: str
    state: str
    tone: str
    link: str


def funnel(month: Overview, open_points: int) -> list[Step]:
    return [
        _settle(month, open_points),
        _preview(month),
        _approve(month),
        _issue(month),
        _documents(month),
    ]


def _settle(month: Overview, points: int) -> Step:
    """Open points stop nobody: they are a call to look, not a step to pass."""
    state = ngettext("ein Punkt offen", "%(n)d Punkte offen", points) % {"n": points}
    if not points:
        state = _("nichts offen") if month.run else _("zeigt die Vorschau")
    tone = DONE if month.run and not points else STUCK if points else LATER
    return Step(_("Klären"), str(points), state, tone, "#klaeren")


def _preview(month: Overview) -> Step:
    figure, link = str(month.customers), "#kunden"
    if month.run is None or month.run.previewed_at is None:
        return Step(_("Vorschau"), figure, _("jetzt dran"), NOW, "")
    if month.parked:
        state = _("%(n)d zurückgestellt") % {"n": month.parked}
        return Step(_("Vorschau"), figure, state, STUCK, "?show=parked#kunden")
    return Step(_("Vorschau"), figure, _("gemacht"), DONE, link)


def _approve(month: Overview) -> Step:
    approved = month.approved + month.settled
    figure = f"{approved}/{month.to_issue}"
    if month.to_approve:
        return Step(_("Freigabe"), figure, _("jetzt dran"), NOW, "#kunden")
    if month.to_issue:
        return Step(_("Freigabe"), figure, _("gemacht"), DONE, "#kunden")
    return Step(_("Freigabe"), figure, _("wartet"), LATER, "")


def _issue(month: Overview) -> Step:
    figure = f"{month.settled}/{month.to_issue}"
    if month.approved:
        return Step(_("Ausstellung"), figure, _("jetzt dran"), NOW, "#ausstellen")
    if month.is_done:
        return Step(
            _("Ausstellung"), figure, _("gemacht"), DONE, "?show=settled#kunden"
        )
    return Step(_("Ausstellung"), figure, _("wartet"), LATER, "")


def _documents(month: Overview) -> Step:
    done = month.files[RenderingState.DONE]
    failed = month.files[RenderingState.FAILED]
    figure, label = f"{done}/{month.invoices}", _("Dokumente")
    link = f"{reverse('invoice-list')}?month={month.period}"
    if failed:
        return Step(
            label, figure, _("%(n)d fehlgeschlagen") % {"n": failed}, STUCK, link
        )
    if done < month.invoices:
        return Step(label, figure, _("werden erstellt"), NOW, link)
    if month.invoices:
        return Step(label, figure, _("fertig"), DONE, link)
    return Step(label, figure, _("wartet"), LATER, "")
