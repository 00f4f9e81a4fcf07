"""`xeberdar render`: from an alert as data to the exact requests that a platform would be sent."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from bot.model import Alert, AlertKind, Article, Language, Settings, Story, Versions
from handlers.terminal.jsonl import BadLine, Row, each, opened
from handlers.terminal.rows import described, kind_of, text_field
from handlers.text.card import card
from handlers.text.message import Card

UNUSABLE = 2

Requests = Callable[[Card, AlertKind], list[Row]]


def render_alerts(platform: str, file: str) -> int:
    """One line of requests for each line of alerts."""
    requests = renderers().get(platform)
    if requests is None:
        sys.stderr.write(f"xeberdar: no such platform: {platform!r}; one of {', '.join(renderers())}\n")
        return UNUSABLE

    def work(row: Row) -> Row:
        alert = alert_of(row)
        answer: Row = {"id": row["id"]} if "id" in row else {}
        return answer | {"requests": requests(card(alert), alert.kind)}

    try:
        with opened(file) as lines:
            return each(lines, work)
    except OSError as error:
        sys.stderr.write(f"xeberdar: cannot read {file}: {error.strerror}\n")
        return UNUSABLE


def renderers() -> dict[str, Requests]:
    """Platform -> what it would be sent, where the chat and the message to edit are left open."""
    from handlers.slack.render import card_requests as slack
    from handlers.telegram.render import card_requests as telegram
    from handlers.web.render import card_requests as web

    return {"telegram": telegram, "slack": slack, "web": web}


def alert_of(row: Row) -> Alert:
    """Raises `BadLine`."""
    kinds = {kind.value: kind for kind in AlertKind}
    kind = text_field(row, "kind", "new")
    if kind not in kinds:
        raise BadLine(f'"kind" is {kind!r}; it should be one of {", ".join(kinds)}')
    story = row.get("story")
    if not isinstance(story, dict) or not isinstance(story.get("articles"), list) or not story["articles"]:
        raise BadLine(
            '"story" should be like {"articles": [{"title": "…", "url": "https://…", "lang": "az"}]}'
        )
    articles = tuple(_article(each, number) for number, each in enumerate(story["articles"]))
    name = str(story.get("id", "sample"))
    return Alert(kind=kinds[kind], story=Story(id=name, articles=articles), settings=_settings(row))


def _article(row: object, number: int) -> Article:
    if not isinstance(row, dict):
        raise BadLine(f'an article is {kind_of(row)}, not an object like {{"title": "…"}}')
    article = described(row, number=number)
    return article if article.outlet else replace(article, outlet=article.source)


def _settings(row: Row) -> Settings:
    chat = row.get("chat", {})
    if not isinstance(chat, dict):
        raise BadLine(f'"chat" is {kind_of(chat)}, not an object like {{"lang": "az"}}')
    versions = {each.value: each for each in Versions}
    lang = text_field(chat, "lang", "both")
    if lang not in versions:
        raise BadLine(f'"lang" of the chat is {lang!r}; it should be one of {", ".join(versions)}')
    interface = text_field(chat, "interface", "") or ("az" if lang == "az" else "en")
    return Settings(
        interface=Language.AZ if interface == "az" else Language.EN,
        versions=versions[lang],
        zone=text_field(chat, "zone", "") or Settings().zone,
    )
