"""Entry -> Article: read one text completely. Pure; the clock's time comes in as `now`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.language.countries import Countries, find_countries
from bot.language.detect import detect
from bot.language.letters import from_az_cyrillic, is_az_cyrillic
from bot.language.phrases import scan
from bot.model import Article, Entry, Kind, Language, Page, Source, Topic
from bot.reading.boilerplate import blank
from bot.reading.kind import KindFound, find_kind
from bot.reading.summary import ROOM, summarise
from bot.reading.topics import HUMAN_RIGHTS, Topics, find_topics

_LONGEST = 60_000  # code points of a text that are kept; the longest reports are cut at this length
_TITLE = 1_000  # code points of a title that are read
_FUTURE = timedelta(minutes=15)  # clocks of outlets run ahead by this much
_SAME = 0.34  # share of the headline's words that a page must have to be about the same thing
_PRIOR = {"az": Language.AZ, "en": Language.EN, "tr": Language.TR, "ru": Language.RU}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a label was given."""

    label: str  #: "country:AZ", "mention:AZ", "topic:elections", "kind:report" or "human_rights"
    found: str  #: the words of the text; several places are joined with " … "
    field: str  #: "title" or "text"
    at: int  #: code-point offset in that field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What can be told about a text, with the words that told it."""

    lang: Language
    countries: tuple[str, ...]
    mentions: tuple[str, ...]
    human_rights: bool
    topics: tuple[Topic, ...]
    kind: Kind
    summary: tuple[str, ...]
    why: tuple[Reason, ...] = ()


def read(entry: Entry, page: Page | None, source: Source, now: datetime) -> Article:
    """One entry, with its page where that was fetched, as an article. Never raises on bad text."""
    text = _fuller(entry, page)
    prior = _prior(entry.lang) or _prior(page.lang if page else None) or source.lang
    reading = read_text(entry.title, text, prior=prior)
    return Article(
        id=entry.id,
        source=source.key,
        outlet=source.title,
        url=entry.link or (page.url if page else None),
        title=entry.title,
        text=text,
        lang=reading.lang,
        countries=reading.countries,
        mentions=reading.mentions,
        human_rights=reading.human_rights or source.rights,
        topics=reading.topics,
        kind=reading.kind,
        summary=reading.summary,
        published=_published(entry.published, now),
        seen=now,
        alternates=_alternates(entry, page),
        canonical=page.canonical if page else None,
        image=entry.image or (page.image if page else None),
    )


def read_text(
    title: str, text: str, *, lang: Language | None = None, prior: Language | None = None, room: int = ROOM
) -> Reading:
    """Everything that can be told about a title with its text.

    `lang` is taken as said; `prior` is what the feed declares and only tips the scales. Bad input (nothing at
    all, megabytes, another script, control characters) gives a reading that says what could not be told.
    """
    title, text = title[:_TITLE], text[:_LONGEST]
    language = lang if lang is not None else detect(title, text, prior)
    heading, body = _in_latin(title, blank(text), language)
    countries = find_countries(heading, body, language)
    topics = find_topics(heading, body, language)
    kind = find_kind(heading, body, language)
    return Reading(
        lang=language,
        countries=countries.about,
        mentions=countries.mentions,
        human_rights=topics.human_rights,
        topics=topics.topics,
        kind=kind.kind,
        summary=summarise(title, text, room),
        why=(*_places(countries), *_causes(topics), *_sort(kind)),
    )


def _places(countries: Countries) -> Iterator[Reason]:
    for one in countries.evidence:
        label = "country" if one.code in countries.about else "mention"
        yield Reason(label=f"{label}:{one.code}", found=one.found, field=one.field, at=one.at)


def _causes(topics: Topics) -> Iterator[Reason]:
    """Of the labels that were given, strongest cause first; the same words are named once for each."""
    given = {topic.value for topic in topics.topics} | ({HUMAN_RIGHTS} if topics.human_rights else set())
    named: set[tuple[str, str]] = set()
    for cause in sorted(topics.causes, key=lambda cause: -cause.weight):
        for label in (cause.label, HUMAN_RIGHTS):
            words = " … ".join(dict.fromkeys(found.words for found in cause.found))
            if label not in given or (label, words.casefold()) in named:
                continue
            named.add((label, words.casefold()))
            first = cause.found[0]
            key = label if label == HUMAN_RIGHTS else f"topic:{label}"
            yield Reason(label=key, found=words, field=first.field, at=first.at)


def _sort(kind: KindFound) -> Iterator[Reason]:
    if kind.words:
        yield Reason(label=f"kind:{kind.kind.value}", found=kind.words, field=kind.field, at=kind.at)


def _in_latin(title: str, body: str, language: Language) -> tuple[str, str]:
    """Azerbaijani in the old Cyrillic alphabet as Latin; offsets in it are near, not exact."""
    if language is Language.AZ and is_az_cyrillic(f"{title} {body[:500]}"):
        return from_az_cyrillic(title), from_az_cyrillic(body)
    return title, body


def _prior(declared: str | None) -> Language | None:
    """A declared language ("az-AZ", "en_GB") as a prior; other languages say nothing."""
    return _PRIOR.get(declared.strip().lower().replace("_", "-").partition("-")[0]) if declared else None


def _fuller(entry: Entry, page: Page | None) -> str:
    """The page's text where it says more than the feed's and is about the same thing."""
    feed, full = entry.text[:_LONGEST], (page.text[:_LONGEST] if page else "")
    if len(full) <= len(feed) * 1.1 or not _same_matter(entry, full):
        return feed
    return full


def _same_matter(entry: Entry, full: str) -> bool:
    """Whether a page's text has the words of the headline or the feed's text: no login, no notice."""
    there = {token.folded[:5] for token in scan(full)}
    for part in (entry.title, entry.text[:600]):
        words = {token.folded[:5] for token in scan(part) if len(token.folded) > 3}
        if words and len(words & there) >= _SAME * len(words):
            return True
    return not entry.title.strip() and not entry.text.strip()


def _published(date: datetime | None, now: datetime) -> datetime:
    if date is None:
        return now
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return now if date > now + _FUTURE else min(date, now)


def _alternates(entry: Entry, page: Page | None) -> tuple[tuple[str, str], ...]:
    """The feed's and the page's own language versions, each address once."""
    pairs = (*entry.alternates, *(page.alternates if page else ()))
    return tuple(dict.fromkeys(pairs))
