"""`/moderator CODE`: join through a one-time invitation."""

from __future__ import annotations

from bot.desk.ports import Ports
from bot.desk.replies import InvitationRefused, Missing, ModeratorJoined, Reply
from bot.desk.requests import Verb


async def join(ports: Ports, code: str, person: str) -> Reply:
    """Redeem an invitation printed by `xeberdar moderator invite`."""
    if not code:
        return Missing(verb=Verb.MODERATOR)
    if await ports.store.people.is_moderator(person):
        return ModeratorJoined(already=True)
    if await ports.store.people.redeem(code.strip(), person, ports.clock.now()):
        return ModeratorJoined(already=False)
    return InvitationRefused()
