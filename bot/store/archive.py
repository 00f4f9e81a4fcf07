"""Read articles and the stories they make, for the archive period."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from struct import unpack

from bot.model import Article, Kind, Story
from bot.store import keys, scripts
from bot.store.codec import decode_article, encode_article, millis
from bot.store.protocols import Filed, FiledPrint, Kinship, Published
from bot.store.wire import Wire

PAGE = 100  # articles read or pruned in one step: a few milliseconds of the server's time


#: Fingerprints outlive the window in which two articles may be one report by a day.
PRINTS_KEPT = timedelta(days=8)

_NO_KINSHIP = Kinship(packed=b"", keys=())


def _json(values: Sequence[str]) -> str:
    """A list for a script, each value once."""
    return json.dumps(list(dict.fromkeys(values)))


def _claim(link_key: str) -> str:
    """Link keys hold addresses of any length; their digest does as well and is short."""
    return sha256(link_key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _order(moment: datetime) -> str:
    """A time as 15 digits, which sort as text."""
    return f"{max(millis(moment), 0):015d}"


class RedisArchive:
    """`protocols.Archive`."""

    def __init__(self, wire: Wire, archive: timedelta) -> None:
        self._wire = wire
        self._archive = archive

    async def publish(
        self,
        article: Article,
        *,
        entry_id: str,
        claims: Sequence[str],
        filters: Sequence[str],
        tell: bool,
        now: datetime,
        kinship: Kinship | None = None,
        digest: str = "",
        versions: Collection[str] = (),
    ) -> Published:
        """In one script: seen mark, article, story, link keys, fan-out."""
        kin = kinship or _NO_KINSHIP
        story, new_story, article_new, stale = await self._wire.run(
            scripts.PUBLISH,
            article.source,
            entry_id,
            article.id,
            encode_article(article),
            _order(article.seen),
            int(tell),
            json.dumps(list(dict.fromkeys(filters))),
            millis(now),
            self._lifetime,
            kin.packed,
            round(PRINTS_KEPT.total_seconds() * 1000),
            "" if kin.last is None else kin.last,
            _json(kin.kindred),
            _json(kin.keys),
            digest,
            article.lang.value,
            kin.continues or "",
            int(article.kind is Kind.URGENT_ACTION),
            *dict.fromkeys(("~" if claim in versions else "") + _claim(claim) for claim in claims),
        )
        return Published(
            story=story.decode(),
            new_story=bool(new_story),
            article_new=bool(article_new),
            stale=bool(stale),
        )

    async def changed(self, digests: Mapping[str, str]) -> list[str]:
        """One question for all of them. Articles kept without a digest never changed."""
        kept = await self._wire.many([["HGET", keys.ARTICLE + article, "h"] for article in digests])
        return [
            article
            for (article, digest), before in zip(digests.items(), kept, strict=True)
            if before and before.decode() != digest
        ]

    async def revise(self, article: Article, digest: str, *, tell: bool) -> None:
        """In one script: the article, its digest, the fan-out of the correction."""
        await self._wire.run(scripts.REVISE, article.id, encode_article(article), digest, int(tell))

    async def join(self, one: str, two: str) -> str | None:
        """In one script; the messages of those who were told follow."""
        story = await self._wire.run(scripts.JOIN, one, two, self._lifetime)
        return story.decode() or None

    async def split(self, article_id: str) -> str | None:
        """In one script; the messages of those who were told lose the article."""
        story = await self._wire.run(scripts.SPLIT, article_id, self._lifetime)
        return story.decode() or None

    @property
    def _lifetime(self) -> int:
        return round(self._archive.total_seconds() * 1000)

    async def filed(self, under: Sequence[str]) -> Filed:
        """Two reads: what is filed between them is listed, and decided on once more."""
        if not under:
            return Filed(last=int(await self._wire.call("GET", keys.PRINTS) or 0), numbers={})
        last, trails = await self._wire.many(
            [["GET", keys.PRINTS], ["MGET", *(keys.TRAIL + key for key in under)]]
        )
        numbers = {
            key: unpack(f">{len(trail) // 4}I", trail[: len(trail) // 4 * 4])
            for key, trail in zip(under, trails, strict=True)
            if trail
        }
        return Filed(last=int(last or 0), numbers=numbers)

    async def prints(self, numbers: Sequence[int]) -> list[FiledPrint]:
        """One script; those whose article has left the archive are left out."""
        if not numbers:
            return []
        rows = await self._wire.run(scripts.PRINTS, *numbers)
        return [
            FiledPrint(number=int(number), story=story.decode(), packed=packed)
            for number, story, packed in rows
        ]

    async def story(self, story_id: str) -> Story | None:
        """A merged story's old id leads to the surviving one."""
        found = await self.stories([story_id])
        return found[0] if found else None

    async def stories(self, story_ids: Sequence[str]) -> list[Story]:
        """Those that are still kept, in the given order."""
        if not story_ids:
            return []
        rows = await self._wire.run(scripts.STORY, *story_ids)
        return [
            Story(
                id=story.decode(),
                articles=tuple(decode_article(blob) for blob in blobs),
                continues=past.decode(),
            )
            for story, blobs, past in rows
            if blobs
        ]

    async def newest(self, limit: int) -> AsyncIterator[Article]:
        """Articles from the newest `seen` backwards, at most `limit`, read in pages."""
        last = b"+"
        while limit > 0:
            members = await self._wire.call(
                "ZREVRANGEBYLEX", keys.NEWEST, last, "-", "LIMIT", 0, min(PAGE, limit)
            )
            if not members:
                return
            last = b"(" + members[-1]
            limit -= len(members)
            blobs = await self._wire.many(
                [["HGET", keys.ARTICLE.encode() + one[16:], "z"] for one in members]
            )
            for blob in blobs:
                if blob is not None:
                    yield decode_article(blob)

    async def by_link(self, link_key: str) -> Story | None:
        """The story that claims this link key."""
        story = await self._wire.call("GET", keys.CLAIM + _claim(link_key))
        return None if story is None else await self.story(story.decode())

    async def of_article(self, article_id: str) -> Story | None:
        """The story that an article belongs to."""
        story = await self._wire.call("HGET", keys.ARTICLE + article_id, "s")
        return None if story is None else await self.story(story.decode())

    async def count(self) -> int:
        """Articles kept."""
        return int(await self._wire.call("ZCARD", keys.NEWEST))

    async def prune(self, now: datetime) -> int:
        """Forget what is older than the archive period; the number of articles dropped."""
        dropped = 0
        while pruned := int(await self._wire.run(scripts.PRUNE, _order(now - self._archive), PAGE)):
            dropped += pruned
        return dropped
