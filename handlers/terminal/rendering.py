"""`xeberdar render`: from an alert as data to the exact requests that a platform would be sent."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bot.clock import SystemClock
from bot.model import Alert, AlertKind, Article, Language, Settings, Story, Versions
from handlers.terminal.jsonl import UNUSABLE, BadLine, Row, each, from_file, kind_of
from handlers.terminal.rows import described, text_field
from handlers.text.card import card
from handlers.text.message import Card

Requests = Callable[[Card, AlertKind], list[Row]]


def render_alerts(platform: str, file: str) -> int:
    """One line of requests for each line of alerts."""
    if platform not in RENDERERS:
        sys.stderr.write(f"xeberdar: no such platform: {platform!r}; one of {', '.join(RENDERERS)}\n")
        return UNUSABLE
    requests = RENDERERS[platform]()

    def work(row: Row) -> Row:
        alert = alert_of(row)
        answer: Row = {"id": row["id"]} if "id" in row else {}
        return answer | {"requests": requests(card(alert), alert.kind)}

    return from_file(file, lambda lines: each(lines, work))


def _telegram() -> Requests:
    from handlers.telegram.render import card_requests

    return card_requests


def _slack() -> Requests:
    from handlers.slack.render import card_requests

    return card_requests


def _web() -> Requests:
    from handlers.web.render import card_requests

    return card_requests


#: What each would be sent, where the chat and the message to edit are left open. Each loads its own library.
RENDERERS: dict[str, Callable[[], Requests]] = {"telegram": _telegram, "slack": _slack, "web": _web}


def alert_of(row: Row) -> Alert:
    """Raises `BadLine`."""
    kinds = {kind.value: kind for kind in AlertKind if kind is not AlertKind.DIGEST}
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
    return described(row, number=number, undated=SystemClock().now())


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
