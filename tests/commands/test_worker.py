"""The duties of the worker beside documents."""

from __future__ import annotations

import threading

import pytest

from fernkladde.billing.models import Standing
from fernkladde.commands.worker import work
from tests import make

pytestmark = pytest.mark.django_db


def test_the_worker_keeps_the_figures_of_the_start_page() -> None:
    make.policy()

    work(threading.Event(), once=True)

    assert Standing.objects.exists()
