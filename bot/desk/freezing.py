"""`/freeze`, `/unfreeze` for moderators: stop everything that goes out, look at what waits, and go on.

The emergency brake: a wrong report on its way to thousands, a source that was taken over. Polling and linking
go on meanwhile, so nothing is lost; whether what waited is told or discarded is decided afterwards.
"""

from __future__ import annotations

from datetime import datetime

from bot.desk.ports import Ports
from bot.desk.replies import FreezeShown, Reply
from bot.language.letters import fold
from bot.model import Article

SEND = frozenset({"send", "gonder"})
DISCARD = frozenset({"discard", "drop", "at"})
MOST_SHOWN = 3


async def freeze(ports: Ports) -> Reply:
    """Stop everything, in all processes, within a second."""
    changed = await ports.store.outbox.freeze(ports.clock.now())
    return await _shown(ports, changed=changed)


async def unfreeze(ports: Ports, argument: str) -> Reply:
    """`/unfreeze` shows what waits, `/unfreeze send` tells it, `/unfreeze discard` does not."""
    how = fold(argument.strip())
    if how not in SEND | DISCARD:
        return await _shown(ports, changed=False)
    before = await _shown(ports, changed=False)
    since = await ports.store.outbox.unfreeze(ports.clock.now(), discard=how in DISCARD)
    return FreezeShown(
        since=None,
        changed=since is not None,
        waiting=before.waiting,
        reports=before.reports,
        newest=before.newest,
        discarded=since is not None and how in DISCARD,
    )


async def _shown(ports: Ports, *, changed: bool) -> FreezeShown:
    since = (await ports.store.outbox.frozen()).since
    depth = await ports.store.outbox.depth()
    waiting = sum(entries for queue, entries in depth.items() if queue.startswith("outbox:"))
    articles = await _since(ports, since) if since is not None else []
    return FreezeShown(
        since=since,
        changed=changed,
        waiting=waiting,
        reports=len(articles),
        newest=tuple(articles[:MOST_SHOWN]),
    )


async def _since(ports: Ports, since: datetime) -> list[Article]:
    """What came since then, newest first."""
    found = []
    async for article in ports.store.archive.newest(ports.most_searched):
        if article.seen < since:
            break
        found.append(article)
    return found
