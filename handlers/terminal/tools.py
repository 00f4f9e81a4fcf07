"""The JSON-lines tools: the same rooms that the bot uses, one article, feed or address at a time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.errors import BadFilter, FeedError
from bot.feeds.guard import Refusal, check_resolved, check_url
from bot.feeds.parse import ParserPool, parse_file
from bot.feeds.parsed import ParsedFeed, entry_record
from bot.feeds.resolver import GuardedResolver
from bot.filters.grammar import Filter
from bot.filters.grammar import parse as parse_filter
from bot.filters.match import evaluate, prepare
from bot.model import Article, Language, Match
from bot.reading.read import Reading, read_text
from bot.stories.link import link
from handlers.terminal.filters import filter_problem
from handlers.terminal.jsonl import (
    UNUSABLE,
    BadLine,
    Row,
    all_of,
    each,
    failure,
    from_file,
    write,
)
from handlers.terminal.rows import (
    LONG_AGO,
    date_field,
    described,
    id_field,
    language_field,
    text_field,
)


def read_articles(file: str, *, why: bool) -> int:
    """`xeberdar read`."""

    def work(row: Row) -> Row:
        reading = reading_of(row)
        answer: Row = {
            "id": row.get("id"),
            "lang": reading.lang.value,
            "countries": list(reading.countries),
            "mentions": list(reading.mentions),
            "human_rights": reading.human_rights,
            "topics": [topic.value for topic in reading.topics],
            "kind": reading.kind.value,
            "summary": list(reading.summary),
        }
        return answer | ({"why": [asdict(reason) for reason in reading.why]} if why else {})

    return from_file(file, lambda lines: each(lines, work))


def reading_of(row: Row) -> Reading:
    """The reading of one row. Raises `BadLine`."""
    id_field(row)
    date_field(row, "published")
    return read_text(
        text_field(row, "title"),
        text_field(row, "text", ""),
        prior=declared(row),
    )


def declared(row: Row) -> Language | None:
    """The declared language, where it is one that can be a prior."""
    lang = language_field(row)
    return None if lang in (Language.OTHER, Language.UND) else lang


def link_articles(file: str) -> int:
    """`xeberdar link`: the whole batch is read first; bad lines come before the stories."""

    def work(lines: Iterable[str]) -> int:
        batch, status = all_of(lines)
        undated = _newest(batch)
        articles: list[Article] = []
        given: dict[str, str | int] = {}
        for number, (line, row) in enumerate(batch):
            try:
                if isinstance(row, BadLine):
                    raise row
                article = _understood(described(row, number=number, undated=undated))
                article = replace(article, id=id_field(row))
                articles.append(article)
                given.setdefault(article.id, row["id"])
            except BadLine as error:
                write(failure(line, error))
                status = 1
        for story in link(articles):
            links = [
                {"a": given[one.a], "b": given[one.b], "score": one.score, "why": list(one.why)}
                for one in story.links
            ]
            write({"story": story.story, "articles": [given[id_] for id_ in story.articles], "links": links})
        return status

    return from_file(file, work)


def _newest(batch: Iterable[tuple[str, Row | BadLine]]) -> datetime:
    """When articles without a date are taken to be from: the newest date of the batch, or now."""
    found: list[datetime] = []
    for _, row in batch:
        if not isinstance(row, BadLine):
            with suppress(BadLine):  # said when the row itself is read
                found += [date for date in [date_field(row, "published")] if date]
    return max(found, default=datetime.now(UTC))


def _understood(article: Article) -> Article:
    """With its language and countries read from the text, where the row does not say them."""
    known = None if article.lang is Language.UND else article.lang
    if known and article.countries:
        return article
    reading = read_text(article.title, article.text, lang=known)
    return replace(article, lang=reading.lang, countries=article.countries or reading.countries)


def match_articles(query: str, file: str) -> int:
    """`xeberdar match --filter`."""
    try:
        wanted = parse_filter(query, default_rights="any")
    except BadFilter as problem:
        sys.stderr.write(f"xeberdar: {filter_problem(query, problem)}\n")
        return UNUSABLE
    return from_file(file, lambda lines: each(lines, lambda row: decision_row(row, wanted)))


def decision_row(row: Row, wanted: Filter) -> Row:
    """What the filter says of one row. Raises `BadLine`."""
    decision = evaluate(wanted, prepare(article_of(row), None))
    if isinstance(decision, Match):
        why = [{"term": e.term, "found": e.found, "field": e.field, "at": e.at} for e in decision.why]
        return {"id": row.get("id"), "matched": True, "why": why}
    return {"id": row.get("id"), "matched": False, "why": [], "miss": decision.reason.value}


def article_of(row: Row) -> Article:
    """A row as an article that was read just now. Raises `BadLine`."""
    reading = reading_of(row)
    published = date_field(row, "published") or LONG_AGO
    source = text_field(row, "source", "")
    return Article(
        id=id_field(row),
        source=source,
        outlet=source,
        url=text_field(row, "url", "") or None,
        title=text_field(row, "title"),
        text=text_field(row, "text", ""),
        lang=reading.lang,
        countries=reading.countries,
        mentions=reading.mentions,
        human_rights=reading.human_rights,
        topics=reading.topics,
        kind=reading.kind,
        summary=reading.summary,
        published=published,
        seen=published,
    )


def parse_files(files: list[str]) -> int:
    """`xeberdar parse FILE...`: one line an entry; a file that is no feed has one line with its error.

    `-` is standard input.
    """

    async def work() -> int:
        status = 0
        async with ParserPool(2) as pool:
            async for file, answer in _parsed(files, pool):
                if isinstance(answer, str):
                    write({"file": file, "error": answer})
                    status = 1
                else:
                    for entry in answer:
                        write({"file": file, **entry})
        return status

    return asyncio.run(work())


async def _parsed(files: list[str], pool: ParserPool) -> AsyncIterator[tuple[str, list[Row] | str]]:
    """Each file with its entries or what is wrong with it, in the given order, two at a time."""

    async def one(file: str) -> list[Row] | str:
        try:
            parsed = await (_from_stdin(pool) if file == "-" else parse_file(Path(file), pool))
            return [entry_record(entry) for entry in parsed.entries]
        except FeedError as error:
            return str(error)
        except OSError as error:
            return f"cannot read it: {error.strerror}"

    tasks = [asyncio.create_task(one(file)) for file in files]
    try:
        for file, task in zip(files, tasks, strict=True):
            yield file, await task
    finally:
        for task in tasks:
            task.cancel()


async def _from_stdin(pool: ParserPool) -> ParsedFeed:
    return await pool.feed(await asyncio.to_thread(sys.stdin.buffer.read), {}, "", "stdin")


def guard_urls(urls: list[str] | None, *, resolve: bool) -> int:
    """`xeberdar guard`: addresses as arguments, or one a line on standard input. Blank lines are skipped."""
    if urls and urls != ["-"]:
        asyncio.run(_guard(urls, resolve))
        return 0

    def work(lines: Iterable[str]) -> int:
        asyncio.run(_guard((line.rstrip("\r\n") for line in lines if line.strip()), resolve))
        return 0

    return from_file("-", work)


async def _guard(urls: Iterable[str], resolve: bool) -> None:
    resolver = GuardedResolver()
    try:
        for url in urls:
            verdict: Any = await check_resolved(url, resolver.addresses) if resolve else check_url(url)
            if isinstance(verdict, Refusal):
                write({"url": url, "allowed": False, "reason": verdict.reason.value})
            else:
                write({"url": url, "allowed": True, "reason": None})
    finally:
        await resolver.close()
