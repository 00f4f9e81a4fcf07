"""A new article among thirty thousand of the last days -> the story that it belongs to, in the store.

Everything is counted: the fingerprint, what is filed under its keys, the best partners' fingerprints from
the store, and the decision. Beside it stands what the usual tools do against repeated news: the headline is
compared with every headline there is (rapidfuzz, C++), which knows one language and costs more with every
article.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import perf_counter

from rapidfuzz import fuzz, process

from benchmarks.measure import Size, Watch, in_turns
from benchmarks.report import Against, Finding, Row
from benchmarks.world import World, world
from bot.model import Article, Language
from bot.pipeline import kinship_of
from bot.store.protocols import Kinship
from bot.stories.fingerprint import fingerprint, pack

FILED = 30_000
_ASKED = 100  # articles of one turn
_NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)

_GIVEN = (
    "Orxan",
    "Elçin",
    "Aynur",
    "Fərid",
    "Ülviyyə",
    "Kamran",
    "Nigar",
    "Tural",
    "Sevinc",
    "Rəşad",
    "Leyla",
)
_FAMILY = (
    "Qədirli",
    "Cəfərov",
    "Əhmədli",
    "Hüseynzadə",
    "Quliyev",
    "Məmmədov",
    "Səfərli",
    "Rzayev",
    "Xəlilov",
)
_PARTS = (
    "Bağ",
    "Daş",
    "Gül",
    "Qara",
    "Ağ",
    "Çay",
    "Dağ",
    "Ay",
    "Nur",
    "Can",
    "Tək",
    "Bəy",
    "Xan",
    "Qız",
    "Alp",
    "Sər",
)
_EVENTS = (
    ("Jurnalist {name} {place} saxlanılıb", "{name} detained in {place}, a journalist"),
    ("{name} {n} il həbs cəzası aldı", "{name} sentenced to {n} years in prison"),
    ("{name} üzvü olduğu partiyadan çıxarıldı", "Party expels {name}"),
    ("{place} sakinləri {n} gündür susuzdur", "Residents of {place} without water for {n} days"),
    ("{place} aksiyasında {n} nəfər saxlanılıb", "{n} people detained at rally in {place}"),
    ("{name} {n} manat cərimələndi", "{name} fined {n} manats"),
    ("{name} həbs müddəti {n} ay uzadıldı", "Detention of {name} extended by {n} months"),
    ("Vəkil: {name} işgəncəyə məruz qalıb", "Lawyer says {name} was tortured"),
)
_TEXTS = (
    "Bunu {lawyer} bildirib. {place} rayon məhkəməsi qərarını açıqlayıb, {other} da iclasda olub.",
    "This was said by {lawyer}. A court in {place} announced its decision, and {other} was at the hearing.",
)
_LETTERS = str.maketrans("əıçşğöüÇŞƏQĞİÖÜ", "aicsgouCSAGGIOU")


def articles(count: int, seed: int = 1) -> Iterator[Article]:
    """Invented news about invented people in both languages, each event in one of the two."""
    rng = random.Random(seed)

    def name() -> str:
        return f"{rng.choice(_GIVEN)} {rng.choice(_PARTS)}{rng.choice(_FAMILY).lower()}"

    for number in range(count):
        lang = rng.choice((0, 1))
        words = {
            "name": name(),
            "lawyer": name(),
            "other": name(),
            "place": rng.choice(_PARTS) + rng.choice(_PARTS).lower() + "kənd",
            "n": rng.randrange(3, 400),
        }
        title, text = rng.choice(_EVENTS)[lang].format(**words), _TEXTS[lang].format(**words)
        if lang:
            title, text = title.translate(_LETTERS), text.translate(_LETTERS)
        at = _NOW - timedelta(minutes=rng.randrange(7 * 24 * 60))
        yield Article(
            id=f"{seed}-{number}",
            source=f"outlet-{number % 40}",
            outlet="Sample",
            url=f"https://outlet-{number % 40}.example/{number}",
            title=title,
            text=text,
            lang=(Language.AZ, Language.EN)[lang],
            countries=("AZ",),
            published=at,
            seen=at,
        )


async def run(size: Size, watch: Watch) -> Finding:
    """The same new articles for both."""
    filed, asked = size.of(FILED), list(articles(size.of(_ASKED), seed=2))
    titles: list[str] = []
    watch.expect(filed // 1_000)
    async with world() as here:
        for number, one in enumerate(articles(filed)):
            if number % 1_000 == 999:
                watch.turn("filing")
            titles.append(one.title)
            await file(here, one)

        async def linking() -> float:
            start = perf_counter()
            for one in asked:
                await kinship_of(fingerprint(one), here.store.archive)
            return (perf_counter() - start) / len(asked)

        async def comparing() -> float:
            start = perf_counter()
            for one in asked:
                process.extractOne(one.title, titles, scorer=fuzz.token_set_ratio)
            return (perf_counter() - start) / len(asked)

        took = await in_turns({"link": linking, "compare": comparing}, size, watch)
    return Finding(
        title=f"an article finds its story among {filed:,} in {took['link'] * 1_000:.1f} ms",
        unit="article",
        rows=(
            Row(
                what=f"its story, in two languages, among {filed:,}",
                ours=took["link"],
                other="rapidfuzz over all headlines",
                theirs=took["compare"],
                against=Against.PEER,
            ),
        ),
        note="the goal is 12 ms an article against 30,000 stories",
    )


async def file(here: World, one: Article) -> None:
    """Put an article into the archive as its own story, found by its keys from now on."""
    mine = fingerprint(one)
    await here.store.archive.publish(
        one,
        entry_id=one.id,
        claims=[],
        filters=[],
        tell=False,
        now=_NOW,
        kinship=Kinship(packed=pack(mine), keys=tuple(dict.fromkeys(mine.leads))),
    )
