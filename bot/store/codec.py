"""How articles, chats and sources are written down: JSON, compressed where it is long.

Reading is tolerant: fields that a newer version added are ignored, enum values it added become the
nearest neutral one, so that two versions can work on one store during an upgrade.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from bot.errors import FeedTrouble
from bot.model import (
    Address,
    Article,
    Chat,
    ChatKind,
    DigestTime,
    Draft,
    Kind,
    Language,
    Mute,
    Muted,
    Origin,
    Platform,
    Quiet,
    Settings,
    Source,
    Subscription,
    Topic,
    Versions,
)
from bot.store.protocols import Health, Validators

E = TypeVar("E", bound=StrEnum)


def millis(moment: datetime) -> int:
    """Milliseconds since 1970; what scores and lifetimes in the store are counted in."""
    return round(moment.timestamp() * 1000)


def moment(milliseconds: float | str | bytes) -> datetime:
    """The time of a score written with `millis`."""
    return datetime.fromtimestamp(float(milliseconds) / 1000, UTC)


def _dumps(value: dict[str, Any]) -> bytes:
    # ASCII escapes keep every code point, lone surrogates included.
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()


def _read_time(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _pick(kind: type[E], value: Any, otherwise: E) -> E:
    try:
        return kind(value)
    except ValueError:
        return otherwise


def _pairs(value: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in value)


def encode_article(article: Article) -> bytes:
    """Compressed JSON; a 600-word article takes about 2 kB."""
    return zlib.compress(
        _dumps(
            {
                "id": article.id,
                "source": article.source,
                "outlet": article.outlet,
                "url": article.url,
                "title": article.title,
                "text": article.text,
                "lang": article.lang.value,
                "countries": article.countries,
                "mentions": article.mentions,
                "human_rights": article.human_rights,
                "topics": [topic.value for topic in article.topics],
                "kind": article.kind.value,
                "summary": article.summary,
                "published": _time(article.published),
                "seen": _time(article.seen),
                "alternates": article.alternates,
                "canonical": article.canonical,
                "image": article.image,
            }
        )
    )


def decode_article(data: bytes) -> Article:
    """The article that `encode_article` wrote."""
    raw = json.loads(zlib.decompress(data))
    known = {topic.value for topic in Topic}
    return Article(
        id=raw["id"],
        source=raw["source"],
        outlet=raw["outlet"],
        url=raw["url"],
        title=raw["title"],
        text=raw["text"],
        lang=_pick(Language, raw["lang"], Language.OTHER),
        countries=tuple(raw.get("countries", ())),
        mentions=tuple(raw.get("mentions", ())),
        human_rights=raw.get("human_rights", False),
        topics=tuple(Topic(topic) for topic in raw.get("topics", ()) if topic in known),
        kind=_pick(Kind, raw.get("kind"), Kind.NEWS),
        summary=tuple(raw.get("summary", ())),
        published=datetime.fromisoformat(raw["published"]),
        seen=datetime.fromisoformat(raw["seen"]),
        alternates=_pairs(raw.get("alternates", ())),
        canonical=raw.get("canonical"),
        image=raw.get("image"),
    )


def encode_chat(chat: Chat) -> bytes:
    """JSON, to be sealed. The key is not in it: it is what the record is found by."""
    address, settings = chat.address, chat.settings
    return _dumps(
        {
            "address": [address.platform.value, address.chat, address.thread, address.kind.value],
            "interface": settings.interface.value,
            "versions": settings.versions.value,
            "zone": settings.zone,
            "digest": settings.digest and [settings.digest.minute, settings.digest.weekday],
            "quiet": settings.quiet and [settings.quiet.start, settings.quiet.end],
            "urgent_at_once": settings.urgent_at_once,
            "paused_until": _time(settings.paused_until),
            "mutes": [[mute.what.value, mute.value] for mute in settings.mutes],
            "subscriptions": [[one.number, one.query] for one in chat.subscriptions],
            "names": {str(one.number): one.name for one in chat.subscriptions if one.name},
            "silent_since": _time(chat.silent_since),
            "next_number": chat.next_number,
            "draft": None if chat.draft is None else _draft(chat.draft),
        }
    )


def decode_chat(key: str, data: bytes) -> Chat:
    """The chat that `encode_chat` wrote."""
    raw = json.loads(data)
    platform, chat, thread, kind = raw["address"]
    names, draft = raw.get("names", {}), raw.get("draft")
    digest, quiet = raw.get("digest"), raw.get("quiet")
    return Chat(
        key=key,
        address=Address(platform=Platform(platform), chat=chat, thread=thread, kind=ChatKind(kind)),
        settings=Settings(
            interface=_pick(Language, raw.get("interface"), Language.EN),
            versions=_pick(Versions, raw.get("versions"), Versions.BOTH),
            zone=raw.get("zone", "Asia/Baku"),
            digest=digest and DigestTime(minute=digest[0], weekday=digest[1]),
            quiet=quiet and Quiet(start=quiet[0], end=quiet[1]),
            urgent_at_once=raw.get("urgent_at_once", False),
            paused_until=_read_time(raw.get("paused_until")),
            mutes=tuple(
                Mute(what=Muted(what), value=value)
                for what, value in raw.get("mutes", ())
                if what in set(Muted)
            ),
        ),
        subscriptions=tuple(
            Subscription(number=number, query=query, name=names.get(str(number), ""))
            for number, query in raw.get("subscriptions", ())
        ),
        silent_since=_read_time(raw.get("silent_since")),
        next_number=raw.get("next_number", 1),
        draft=None if draft is None else _read_draft(draft),
    )


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "token": draft.token,
        "query": draft.query,
        "number": draft.number,
        "instead_of": draft.instead_of,
        "saved_as": draft.saved_as,
    }


def _read_draft(raw: dict[str, Any]) -> Draft:
    return Draft(
        token=raw["token"],
        query=raw["query"],
        number=raw.get("number"),
        instead_of=raw.get("instead_of", ""),
        saved_as=raw.get("saved_as", ""),
    )


def encode_source(source: Source) -> bytes:
    """What defines a source; whether it is paused is kept beside it."""
    return _dumps(
        {
            "key": source.key,
            "title": source.title,
            "url": source.url,
            "lang": source.lang and source.lang.value,
            "country": source.country,
            "rights": source.rights,
            "fetch_page": source.fetch_page,
            "allow_private": source.allow_private,
            "interval": source.interval.total_seconds(),
            "origin": source.origin.value,
        }
    )


def decode_source(data: bytes, *, paused: bool) -> Source:
    """The source that `encode_source` wrote."""
    raw = json.loads(data)
    lang = raw.get("lang")
    return Source(
        key=raw["key"],
        title=raw["title"],
        url=raw["url"],
        lang=None if lang is None else _pick(Language, lang, Language.OTHER),
        country=raw.get("country"),
        rights=raw.get("rights", False),
        fetch_page=raw.get("fetch_page", True),
        allow_private=raw.get("allow_private", False),
        interval=timedelta(seconds=raw.get("interval", 600)),
        # An origin that we do not know gets the protections of a moderator's source.
        origin=_pick(Origin, raw.get("origin"), Origin.MODERATOR),
        paused=paused,
    )


def encode_polling(validators: Validators, health: Health, *, baselined: bool) -> bytes:
    """What the last poll of a source left behind."""
    return _dumps(
        {
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "body_hash": validators.body_hash,
            "last_success": _time(health.last_success),
            "last_attempt": _time(health.last_attempt),
            "broken_since": _time(health.broken_since),
            "trouble": health.trouble and health.trouble.value,
            "detail": health.detail,
            "failures": health.failures,
            "newest": _time(health.newest),
            "held": health.held,
            "held_at": _time(health.held_at),
            "baselined": baselined,
        }
    )


def decode_polling(data: bytes | None) -> tuple[Validators, Health, bool]:
    """What `encode_polling` wrote: validators, health, whether the first sight is done."""
    if data is None:
        return Validators(), Health(), False
    raw = json.loads(data)
    trouble = raw.get("trouble")
    health = Health(
        last_success=_read_time(raw.get("last_success")),
        last_attempt=_read_time(raw.get("last_attempt")),
        broken_since=_read_time(raw.get("broken_since")),
        trouble=None if trouble is None else _pick(FeedTrouble, trouble, FeedTrouble.PARSER_FAILED),
        detail=raw.get("detail", ""),
        failures=raw.get("failures", 0),
        newest=_read_time(raw.get("newest")),
        held=raw.get("held", 0),
        held_at=_read_time(raw.get("held_at")),
    )
    validators = Validators(
        etag=raw.get("etag"), last_modified=raw.get("last_modified"), body_hash=raw.get("body_hash")
    )
    return validators, health, raw.get("baselined", False)
