"""The least that a list page can be in Django: the baseline of the pages.

Fifty cases with customer, plant and person, behind login and middleware, in a plain
template without a frame, a filter form, sums or a clock. Its settings are the
product's, but for the middleware that Django brings along itself.
"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from fernkladde.cases.models import Case

ROWS = 50
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
LIST = engines["django"].from_string("""<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Fälle</title></head><body>
<p>{{ request.user }}: {{ page.paginator.count }}</p>
<table>{% for case in page %}<tr>
<td><a href="{% url 'bare' %}?case={{ case.number }}">{{ case.number }}</a></td>
<td>{{ case.subject }}</td><td>{{ case.customer.name }}</td>
<td>{{ case.plant.name }}</td><td>{{ case.get_state_display }}</td>
<td>{{ case.assigned_to.full_name }}</td><td>{{ case.reported_on|date:"d.m.Y" }}</td>
<td>{{ case.opened_at|date:"d.m.Y H:i" }}</td>
</tr>{% endfor %}</table>
<p>{{ page.number }} / {{ page.paginator.num_pages }}</p></body></html>""")


def bare_list(request: HttpRequest) -> HttpResponse:
    cases = Case.objects.select_related("customer", "plant", "assigned_to")
    page = Paginator(cases.order_by("-opened_at", "-pk"), ROWS).get_page(1)
    return HttpResponse(LIST.render({"page": page}, request))


urlpatterns = [path("bare/", bare_list, name="bare")]
