"""Coming in and going out, the first start, and what each person sets alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import login as begin_login_session
from django.contrib.auth import logout as end_login_session
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fernkladde.accounts.actions import (
    PersonRefused,
    change_preferences,
    set_password,
)
from fernkladde.accounts.login import (
    HASHING,
    LoginRefused,
    TooManyTries,
    authenticate_person,
)
from fernkladde.accounts.models import Language, Theme
from fernkladde.accounts.setup import SetupRefused, is_set_up, redeem_setup_code

from .access import for_any_person, for_everybody
from .addresses import next_address
from .forms.people import LoginForm, OwnPasswordForm, PreferencesForm, SetupForm
from .forms.refusals import show_refusal
from .posting import posted

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .access import StaffRequest

BACKEND = "django.contrib.auth.backends.ModelBackend"
UNAUTHORIZED = 401
TOO_MANY_REQUESTS = 429
secret = sensitive_post_parameters("password", "again", "current", "code")


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(next_address(request))
    if request.htmx:  # type: ignore[attr-defined]
        # A part of a page asks whose login session has ended: the page stays as it
        # is, with all that was typed into it.
        return HttpResponse(status=UNAUTHORIZED)
    if request.method == "POST":
        return _log_in(request)
    if not is_set_up():
        return redirect("setup")
    return _login_page(request, LoginForm())


def _log_in(request: HttpRequest) -> HttpResponse:
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _login_page(request, form)
    try:
        user = authenticate_person(
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            address=request.META["REMOTE_ADDR"],
            at=timezone.now(),
        )
    except LoginRefused as refusal:
        form.add_error(None, str(refusal))
        too_many = isinstance(refusal, TooManyTries)
        return _login_page(request, form, status=TOO_MANY_REQUESTS if too_many else 200)
    begin_login_session(request, user, backend=BACKEND)
    return redirect(next_address(request))


def _login_page(
    request: HttpRequest, form: LoginForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "next": next_address(request)}
    return render(request, "desk/login.html", context, status=status)


@for_any_person
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the login session; a running clock goes on."""
    end_login_session(request)
    return redirect("login")


@for_everybody
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def setup(request: HttpRequest) -> HttpResponse:
    """Make the first administrator with the code that the terminal has printed."""
    form = SetupForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in SETUP_FIELDS}
        try:
            user = redeem_setup_code(
                **given,
                at=timezone.now(),
                language=Language(translation.get_language() or Language.GERMAN),
            )
        except (SetupRefused, PersonRefused) as refusal:
            show_refusal(form, refusal)
        else:
            begin_login_session(request, user, backend=BACKEND)
            return redirect("start")
    return render(request, "desk/people/setup.html", {"form": form})


SETUP_FIELDS = ("code", "username", "full_name", "email", "password")


@for_any_person
@require_POST
def set_theme(request: StaffRequest) -> HttpResponse:
    """Light, dark, or (nothing) as the device wishes."""
    chosen = request.POST.get("theme") or Theme.AUTO
    if chosen in Theme.values:
        change_preferences(
            user=request.user,
            by=request.user,
            at=timezone.now(),
            theme=Theme(chosen),
        )
    return redirect(next_address(request))


@for_any_person
@require_POST
def set_language(request: StaffRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen in Language.values:
        change_preferences(
            user=request.user,
            by=request.user,
            at=timezone.now(),
            language=Language(chosen),
        )
    return redirect(next_address(request))


@for_any_person
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: StaffRequest) -> HttpResponse:
    user = request.user
    now = {
        "language": user.language,
        "theme": user.theme,
        "single_letter_keys": user.single_letter_keys,
    }
    form = PreferencesForm(posted(request), initial=now)
    if request.method == "POST" and form.is_valid():
        change_preferences(user=user, by=user, at=timezone.now(), **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("So bleibt es ab jetzt."))
        return redirect("preferences")
    context = {"form": form, "password_form": OwnPasswordForm()}
    return render(request, "desk/people/preferences.html", context)


@for_any_person
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password; the other login sessions end with it."""
    form = OwnPasswordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        if not _knows_password(request, form.cleaned_data["current"]):
            form.add_error("current", _("Das ist nicht Ihr Passwort."))
        elif _change_password(request, form):
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Das neue Passwort gilt."))
            return redirect(next_address(request))
    return render(request, "desk/people/password.html", {"form": form})


def _knows_password(request: StaffRequest, given: str) -> bool:
    with HASHING:
        return request.user.check_password(given)


def _change_password(request: StaffRequest, form: OwnPasswordForm) -> bool:
    try:
        set_password(
            user=request.user,
            password=form.cleaned_data["password"],
            by=request.user,
            at=timezone.now(),
        )
    except PersonRefused as refusal:
        form.add_error("password", str(refusal))
        return False
    return True


urlpatterns = [
    path("anmelden/", login, name="login"),
    path("abmelden/", logout, name="logout"),
    path("einrichten/", setup, name="setup"),
    path("ich/", preferences, name="preferences"),
    path("ich/passwort/", password, name="password"),
    path("ich/ansicht/", set_theme, name="set-theme"),
    path("ich/sprache/", set_language, name="set-language"),
]
