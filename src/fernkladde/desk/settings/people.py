"""The people of the firm: who they are, what they may, whether they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from fernkladde.accounts import actions
from fernkladde.accounts.models import Language, User
from fernkladde.accounts.roles import Role
from fernkladde.desk.access import needs
from fernkladde.desk.forms.settings import (
    NewPasswordOfForm,
    NewPersonForm,
    PersonForm,
)
from fernkladde.desk.posting import posted, posted_from

if TYPE_CHECKING:
    from django.http import HttpResponse

    from fernkladde.desk.access import StaffRequest

# Which field a refusal of a person speaks of.
FIELDS: dict[type[Exception], str] = {
    actions.UsernameUnusable: "username",
    actions.UsernameTaken: "username",
    actions.AddressTaken: "email",
    actions.NameMissing: "full_name",
    actions.WeakPassword: "password",
    actions.LastAdministrator: "role",
}


def _refused(form: Any, refusal: actions.PersonRefused) -> None:
    field = FIELDS.get(type(refusal))
    form.add_error(field if field in form.fields else None, str(refusal))


@needs("administer")
@require_safe
def people(request: StaffRequest) -> HttpResponse:
    rows = User.objects.order_by("-is_active", "full_name", "pk")
    return render(request, "desk/settings/people.html", {"people": rows})


@needs("administer")
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def person_new(request: StaffRequest) -> HttpResponse:
    form = NewPersonForm(posted(request))
    if form.is_valid():
        given = form.cleaned_data
        role, language = Role(given.pop("role")), Language(given.pop("language"))
        try:
            made = actions.create_user(
                role=role,
                language=language,
                by=request.user,
                at=timezone.now(),
                **given,
            )
        except actions.PersonRefused as refusal:
            _refused(form, refusal)
        else:
            told = _("%(name)s kann sich als „%(short)s“ anmelden.")
            names = {"name": made.full_name, "short": made.username}
            messages.info(request, told % names)
            return redirect("settings-people")
    return render(request, "desk/settings/person_new.html", {"form": form})


def _person(username: str) -> User:
    return get_object_or_404(User.objects.all(), username=username)


@needs("administer")
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: StaffRequest, username: str) -> HttpResponse:
    found = _person(username)
    form = PersonForm(posted(request), person=found)
    if form.is_valid():
        given = dict(form.cleaned_data)
        role = Role(given.pop("role"))
        who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        try:
            with transaction.atomic():
                actions.change_details(user=found, **given, **who)
                actions.change_role(user=found, role=role, **who)
        except actions.PersonRefused as refusal:
            _refused(form, refusal)
            found = _person(username)
        else:
            return redirect("settings-people")
    return _person_page(request, found, form=form)


def _person_page(
    request: StaffRequest,
    found: User,
    *,
    form: PersonForm | None = None,
    password: NewPasswordOfForm | None = None,
) -> HttpResponse:
    context = {
        "person": found,
        "form": form or PersonForm(person=found),
        "password": password or NewPasswordOfForm(),
    }
    return render(request, "desk/settings/person.html", context)


@needs("administer")
@posted_from("settings-person", same_record=True)
@sensitive_post_parameters("password")
def person_password(request: StaffRequest, username: str) -> HttpResponse:
    """Give a forgetful person a new password, to be changed at the next login."""
    found = _person(username)
    form = NewPasswordOfForm(request.POST)
    if form.is_valid():
        try:
            actions.set_password(
                user=found,
                password=form.cleaned_data["password"],
                by=request.user,
                at=timezone.now(),
            )
        except actions.PersonRefused as refusal:
            _refused(form, refusal)
        else:
            told = _("%(name)s hat ein neues Passwort und wählt beim Anmelden eines.")
            messages.info(request, told % {"name": found.full_name})
            return redirect("settings-people")
    return _person_page(request, found, password=form)


@needs("administer")
@require_POST
def person_active(request: StaffRequest, username: str) -> HttpResponse:
    """Let a person in no more, or again."""
    found = _person(username)
    change = actions.deactivate if found.is_active else actions.reactivate
    try:
        change(user=found, by=request.user, at=timezone.now())
    except actions.PersonRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("settings-person", username)
