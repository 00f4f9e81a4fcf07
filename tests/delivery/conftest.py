"""The world that delivery's tests speak about."""

from __future__ import annotations

import pytest

from bot.store.protocols import Store
from tests.clock import ManualClock
from tests.delivery.world import World


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    """A real store, and time that passes when a test says so."""
    return World(store, clock)
