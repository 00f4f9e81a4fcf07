"""The Lua scripts, by name. Each runs as one step: nobody sees, and no crash leaves, half of it.

The scripts are sent by digest (EVALSHA; functions would need Redis 7). `common.lua` precedes every one of
them. They take the time as an argument and never ask the server for it, so tests can turn the clock. The
keys are built inside from the names in `keys.py`: we use one server, not a cluster. What each script closes
is said in its first lines; the typed wrapper is the method of the noun that runs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Script:
    """A script's text and the digest under which the server remembers it."""

    name: str
    text: str
    sha: str


def _load(name: str) -> Script:
    folder = files("bot.store.lua")
    text = "\n".join((folder / f"{part}.lua").read_text("utf-8") for part in ("common", name))
    return Script(name, text, sha1(text.encode(), usedforsecurity=False).hexdigest())


# sources
CLAIM_DUE = _load("claim_due")
HOLD = _load("hold")
WATCHED = _load("watched")
POLLED = _load("polled")
# archive
PUBLISH = _load("publish")
STORY = _load("story")
PRUNE = _load("prune")
PRINTS = _load("prints")
JOIN = _load("join")
SPLIT = _load("split")
REVISE = _load("revise")
# chats
CHAT_WRITE = _load("chat_write")
CHAT_MOVE = _load("chat_move")
CHAT_FORGET = _load("chat_forget")
# followed filters and packs
CHANGES = _load("changes")
PACK_PUT = _load("pack_put")
PACK_REMOVE = _load("pack_remove")
# outbox
SPREAD = _load("spread")
OFFER = _load("offer")
TAKE = _load("take")
HOMES = _load("homes")
TOLD = _load("told")
SENDING = _load("sending")
FINISH = _load("finish")
LATER = _load("later")
GIVE_UP = _load("give_up")
DROP = _load("drop")
WAKE = _load("wake")
WITHHOLD = _load("withhold")
WITHHELD = _load("withheld")
TOLD_TOGETHER = _load("told_together")
RING = _load("ring")
UNFREEZE = _load("unfreeze")
RECLAIM = _load("reclaim")
TAKE_OVER = _load("take_over")
LEASE = _load("lease")
RELEASE = _load("release")
# people and inbox
REDEEM = _load("redeem")
INBOX_PUT = _load("inbox_put")
