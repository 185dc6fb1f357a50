"""The start page: what is mine, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from .access import needs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from .access import StaffRequest


@needs("read")
@require_safe
def start(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/start/start.html")


urlpatterns = [path("", start, name="start")]
