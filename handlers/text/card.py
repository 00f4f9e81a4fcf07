"""How one report looks to one reader: which version, which links, in which words."""

from __future__ import annotations

from datetime import UTC

from bot.model import Alert, AlertKind, Article, Kind, Language, Settings, Story, Versions
from handlers.text import names
from handlers.text.catalogue import N_, Translator, translator
from handlers.text.hygiene import clean, odd_host, web_address
from handlers.text.message import Button, Card, VersionLink
from handlers.text.say import press
from handlers.text.times import local_time

#: A summary is read on a phone at night.
MOST_SENTENCES = 3
MOST_NAMES = 5
MOST_MORE = 2  #: links to further coverage in the card itself; more of them are behind a button
TITLE_LENGTH = 300
SENTENCE_LENGTH = 600
PAST_LENGTH = 150

STATES = {AlertKind.EDIT: N_("Updated"), AlertKind.CORRECTION: N_("Correction")}


def card(alert: Alert) -> Card:
    """The alert as its chat reads it. The story has at least one article."""
    story, settings = alert.story, alert.settings
    t = translator(settings.interface)
    lead = lead_of(story, settings)
    versions = _versions(story, lead, t)
    more = _more(story, versions, lead, t)
    state = STATES.get(alert.kind)
    return Card(
        story=story.id,
        title=clean(lead.title, TITLE_LENGTH) or t._("(untitled)"),
        title_lang=lead.lang,
        url=web_address(lead.url),
        state=t._(state) if state else "",
        source=_source(lead),
        countries=_countries(story, lead, t),
        topics=_topics(story, lead, t),
        kind=_kind(story, lead, t),
        time=local_time(lead.published, settings.zone, t, near=lead.seen),
        published=lead.published.astimezone(UTC).isoformat(timespec="seconds"),
        summary=_summary(lead),
        note=" ".join(filter(None, (_note(lead, settings.versions, t), _continues(alert, t)))),
        versions=versions,
        more=more if len(more) <= MOST_MORE else (),
        rows=_buttons(story, versions, len(more), t),
    )


# --- which version ------------------------------------------------------------------------------


def lead_of(story: Story, settings: Settings) -> Article:
    """The article whose words are shown: in the reader's first language that there is, earliest first."""
    order = _preference(settings)
    return min(
        story.articles,
        key=lambda article: (order.get(article.lang, len(order)), article.published),
    )


def _preference(settings: Settings) -> dict[Language, int]:
    first = Language.AZ if settings.interface is Language.AZ else Language.EN
    if settings.versions is not Versions.BOTH:
        first = Language(settings.versions.value)
    second = Language.EN if first is Language.AZ else Language.AZ
    return {first: 0, second: 1}


def _note(lead: Article, wanted: Versions, t: Translator) -> str:
    if wanted is Versions.BOTH or lead.lang.value == wanted.value:
        return ""
    return names.only_in(lead.lang, t)


def _continues(alert: Alert, t: Translator) -> str:
    """Which report this goes on with, by its headline in the reader's language."""
    if alert.past is None or not alert.past.story.articles:
        return ""
    title = clean(lead_of(alert.past.story, alert.settings).title, PAST_LENGTH) or t._("(untitled)")
    return t._("Continues: {title}").format(title=title)


# --- links --------------------------------------------------------------------------------------


def _versions(story: Story, lead: Article, t: Translator) -> tuple[VersionLink, ...]:
    """AZ and EN where they exist, in this order; then the shown text's own language if it is another."""
    chosen = {lang: _counterpart(story, lead, lang) for lang in (Language.AZ, Language.EN)}
    if lead.lang not in chosen:
        chosen[lead.lang] = lead
    articles = [article for article in chosen.values() if article is not None]
    links = [_link(article, _relation(article, articles, lead, t)) for article in articles]
    return tuple(link for link in links if link is not None)


def _counterpart(story: Story, lead: Article, lang: Language) -> Article | None:
    """The lead itself or its version in `lang`: of the same outlet if it has one, else the earliest."""
    if lead.lang is lang:
        return lead
    candidates = [article for article in story.articles if article.lang is lang and web_address(article.url)]
    return min(
        candidates, key=lambda article: (article.outlet != lead.outlet, article.published), default=None
    )


def _relation(article: Article, articles: list[Article], lead: Article, t: Translator) -> str:
    if article.outlet != lead.outlet:
        return t._("other outlet")
    family = [one for one in articles if one.outlet == lead.outlet]
    if len(family) < 2:
        return ""
    earliest = min(family, key=lambda one: one.published)
    return t._("original") if article is earliest else t._("other version")


def _more(
    story: Story, versions: tuple[VersionLink, ...], lead: Article, t: Translator
) -> tuple[VersionLink, ...]:
    """The articles that have no link yet, each address once, in order of arrival."""
    known = {link.url for link in versions}
    more = []
    for article in story.articles:
        note = t._("other outlet") if article.outlet != lead.outlet else ""
        link = _link(article, note)
        if link is not None and link.url not in known:
            known.add(link.url)
            more.append(link)
    return tuple(more)


def _link(article: Article, note: str) -> VersionLink | None:
    url = web_address(article.url)
    if url is None:
        return None
    known = article.lang not in {Language.OTHER, Language.UND}
    label = article.lang.value.upper() if known else "…"
    return VersionLink(label=label, lang=article.lang, url=url, outlet=_source(article), note=note)


def _buttons(
    story: Story, versions: tuple[VersionLink, ...], more: int, t: Translator
) -> tuple[tuple[Button, ...], ...]:
    links = tuple(
        Button(label=link.label, url=link.url) for link in versions if link.lang in {Language.AZ, Language.EN}
    )
    row = links + press(t._("Why?"), f"/why {story.id}")
    further = t.n_("+{n} source", "+{n} sources", more).format(n=more)
    coverage = press(further, f"/more {story.id}") if more > MOST_MORE else ()
    second = coverage + press(t._("Mute…"), f"/mute {story.id}")
    return tuple(each for each in (row, second) if each)


# --- what it says -------------------------------------------------------------------------------


def _source(article: Article) -> str:
    """The outlet, with its host in punycode when that is written in other than ASCII letters."""
    outlet, host = clean(article.outlet, 80), odd_host(article.url)
    return " ".join(part for part in (outlet, f"({host})" if host else "") if part)


def _lead_first(story: Story, lead: Article) -> list[Article]:
    return [lead, *(article for article in story.articles if article is not lead)]


def _countries(story: Story, lead: Article, t: Translator) -> tuple[str, ...]:
    codes = dict.fromkeys(code for article in _lead_first(story, lead) for code in article.countries)
    return tuple(names.country(code, t) for code in codes)[:MOST_NAMES]


def _topics(story: Story, lead: Article, t: Translator) -> tuple[str, ...]:
    topics = dict.fromkeys(topic for article in _lead_first(story, lead) for topic in article.topics)
    return tuple(names.topic(topic, t) for topic in topics)[:MOST_NAMES]


def _kind(story: Story, lead: Article, t: Translator) -> str:
    kinds = (article.kind for article in _lead_first(story, lead))
    kind = next((kind for kind in kinds if kind is not Kind.NEWS), None)
    return names.kind(kind, t) if kind else ""


def _summary(lead: Article) -> tuple[str, ...]:
    sentences = (clean(sentence, SENTENCE_LENGTH) for sentence in lead.summary)
    return tuple(sentence for sentence in sentences if sentence)[:MOST_SENTENCES]
