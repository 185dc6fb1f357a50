"""All addresses of the product in one place."""

from django.urls import include, path

handler400 = "fernkladde.desk.errors.bad_request"
handler403 = "fernkladde.desk.errors.forbidden"
handler404 = "fernkladde.desk.errors.not_found"
handler500 = "fernkladde.desk.errors.server_error"

urlpatterns = [path("", include("fernkladde.desk.urls"))]
