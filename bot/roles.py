"""What a process does of the whole: one process does everything, many share one store and the work.

    poll      asks the sources, reads what they publish, matches it with the filters, hands it to the outbox
    match     spreads reports over the chats that follow them
    send      delivers, and takes in what people write on Telegram and Slack
    web       serves the web chat
    schedule  looks after the store: what is old goes

Any number of processes may have any of them. What only one may do at a time is held by a lease in the store:
the sending of one platform, its stream of updates, the clean-up.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A part of the work."""

    POLL = "poll"
    MATCH = "match"
    SEND = "send"
    WEB = "web"
    SCHEDULE = "schedule"


ALL_ROLES = tuple(Role)


def read_roles(typed: Iterable[str]) -> tuple[Role, ...]:
    """Roles as they are typed: one at a time or with commas; none means all.

    Raises:
        ValueError: naming what is no role.
    """
    names = [name.strip().lower() for part in typed for name in part.split(",") if name.strip()]
    known = {role.value: role for role in Role}
    for name in names:
        if name not in known:
            raise ValueError(name)
    return tuple(role for role in Role if role.value in names) or ALL_ROLES
