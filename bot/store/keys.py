"""The store's page of contents: every key, its type, its lifetime, what it holds.

Nothing here names a reader: chats and people appear only as keyed indexes (HMAC), and what must be read
back is sealed (AES-SIV). Names end in `:` where something follows. The Lua scripts use the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Lifetime(Enum):
    """How a key goes away."""

    PERMANENT = "as long as what it describes"
    ARCHIVE = "the archive period"
    RECEIPTS = "the receipt period"
    WINDOW = "the days within which two articles may be one report"
    SHORT = "its own, given when it is written"


@dataclass(frozen=True, slots=True)
class Key:
    """One row of the table."""

    name: str
    type: str
    lifetime: Lifetime
    holds: str

    def covers(self, key: str) -> bool:
        """Whether `key` is this row's, or one of this row's family."""
        return key.startswith(self.name) if self.name.endswith(":") else key == self.name


SCHEMA = "x:schema"
CHECK = "x:check"
PULSE = "x:pulse"
SEQUENCE = "x:sequence"
REWRITE = "x:rewrite"
SOURCES = "x:sources"
POLLING = "x:polling"
PAUSED = "x:paused"
DUE = "x:due"
CLAIMED = "x:claimed"
WATCHED = "x:watched"
GAPS = "x:gaps"
SEEN = "x:seen:"
ARTICLE = "x:article:"
NEWEST = "x:newest"
STORY = "x:story:"
LEAD = "x:lead:"
KIN = "x:kin:"
CLAIM = "x:claim:"
APART = "x:apart:"
PAST = "x:past:"
PRINTS = "x:prints"
PRINT = "x:print:"
TRAIL = "x:trail:"
CHATS = "x:chats"
CHAT = "x:chat:"
SILENT = "x:silent"
MOVED = "x:moved:"
FOLLOWERS = "x:followers:"
FILTERS = "x:filters"
CHANGES = "x:changes"
PACKS = "x:packs"
FANOUT = "x:fanout"
CURSOR = "x:cursor:"
OUTBOX = "x:outbox:"
DELAYED = "x:delayed"
TOLD = "x:told:"
TELLERS = "x:tellers:"
WITHHELD = "x:withheld:"
DEAD = "x:dead"
FROZEN = "x:frozen"
DISCARDED = "x:discarded"
WORKERS = "x:workers"
LEASE = "x:lease:"
MODERATORS = "x:moderators"
INVITE = "x:invite:"
WEB_CODE = "x:webcode:"
SESSION = "x:session:"
DONE = "x:done:"
OFFSETS = "x:offsets"
INBOX = "x:inbox:"
BELL = "x:bell"  # a channel, not a key

P, A, R, W, S = Lifetime.PERMANENT, Lifetime.ARCHIVE, Lifetime.RECEIPTS, Lifetime.WINDOW, Lifetime.SHORT

CONTENTS: tuple[Key, ...] = (
    Key(SCHEMA, "string", P, "version of this page"),
    Key(CHECK, "string", P, "a sealed constant, by which a wrong master key is recognised"),
    Key(PULSE, "string", S, "nothing: whether the store takes writes is asked by writing this"),
    Key(SEQUENCE, "string", P, "the last number given to a story or an article's arrival"),
    Key(REWRITE, "string", P, "set while erased data may still be in the append-only file"),
    Key(SOURCES, "hash", P, "source key -> its definition, JSON"),
    Key(POLLING, "hash", P, "source key -> validators, health, baselined, JSON"),
    Key(PAUSED, "set", P, "keys of paused sources"),
    Key(DUE, "zset", P, "source key, by the time of its next poll"),
    Key(CLAIMED, "set", P, "keys of sources that somebody is polling"),
    Key(WATCHED, "string", P, "when somebody last looked after the sources"),
    Key(GAPS, "list", P, "the last 20 times in which nobody did, newest first: from and until"),
    Key(SEEN, "zset", A, "per source: entry id, by the time it was last listed"),
    Key(
        ARTICLE,
        "hash",
        A,
        "an article: z compressed, s story, n number of arrival, h digest of the entry, l language, o source",
    ),
    Key(NEWEST, "zset", P, "all articles as seen-time:id, in lexical order; pruned with the archive"),
    Key(STORY, "list", A, "article ids in order of arrival"),
    Key(LEAD, "string", A, "of a merged story: the story that survives"),
    Key(KIN, "list", A, "of a surviving story: the stories merged into it"),
    Key(CLAIM, "string", A, "digest of a link key -> story"),
    Key(APART, "set", A, "of a story: the stories that a moderator has split from it"),
    Key(PAST, "string", A, "of a story: the earlier story whose case it goes on with"),
    Key(PRINTS, "string", P, "the last number given to a fingerprint"),
    Key(PRINT, "hash", W, "an article's fingerprint: a article, z compressed"),
    Key(
        TRAIL,
        "string",
        W,
        "of a key of fingerprints: the numbers filed under it, four bytes each, newest last",
    ),
    Key(CHATS, "set", P, "chat keys"),
    Key(CHAT, "hash", P, "a chat: v version, z sealed record"),
    Key(SILENT, "zset", P, "chat key, by the time the platform said it was gone"),
    Key(MOVED, "string", R, "old chat key -> new chat key"),
    Key(FOLLOWERS, "zset", P, "per filter: chat keys in lexical order"),
    Key(FILTERS, "hash", P, "filter id -> sealed query"),
    Key(
        CHANGES, "stream", P, "the last 10,000 changes of followed filters and packs: f id, or p sealed name"
    ),
    Key(PACKS, "hash", P, "sealed name of a pack -> sealed query"),
    Key(FANOUT, "stream", P, "stories on their way; entries are deleted when done"),
    Key(CURSOR, "hash", P, "of a fan-out, until it is finished: its plan and how far it is"),
    Key(OUTBOX, "stream", P, "per platform, and lane: deliveries; entries are deleted when done"),
    Key(DELAYED, "zset", P, "deliveries that wait, by the time they are due"),
    Key(TOLD, "hash", R, "per chat: story -> state, sealed receipt, articles shown, time"),
    Key(TELLERS, "zset", R, "per story: the chats that have a told record, in lexical order"),
    Key(WITHHELD, "hash", P, "per chat: stories that it is told together later -> since when, and why"),
    Key(DEAD, "stream", P, "given up: platform, kind and reason, for 30 days; no chat"),
    Key(FROZEN, "string", P, "while moderators have stopped everything: since when"),
    Key(DISCARDED, "string", P, "the last time of which what waited was discarded: from and until"),
    Key(WORKERS, "zset", P, "worker, by the time its heartbeat runs out"),
    Key(LEASE, "string", S, "name -> holder"),
    Key(MODERATORS, "set", P, "person keys"),
    Key(INVITE, "string", S, "keyed index of a code -> when it runs out"),
    Key(WEB_CODE, "string", S, "keyed index of a code -> when it runs out"),
    Key(SESSION, "string", S, "keyed index of a web session"),
    Key(DONE, "string", S, "keyed index of an inbound update whose effect is in the store; 48 h"),
    Key(OFFSETS, "hash", P, "platform -> where its stream of updates is to be read on"),
    Key(INBOX, "stream", R, "per chat: the last 100 cards, story ids only"),
)


def lifetime_of(key: str) -> Lifetime | None:
    """What this page says about a key found in the store; None: it is not on the page."""
    rows = [row for row in CONTENTS if row.covers(key)]
    return max(rows, key=lambda row: len(row.name)).lifetime if rows else None
