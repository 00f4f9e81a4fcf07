"""Every command that we show somebody works as it is shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.desk import timing
from bot.desk.archive import split_page
from bot.desk.commands import VERBS, parse
from bot.desk.filters import NAME, SAVE, TEST
from bot.desk.privacy import CHOICES
from bot.desk.replies import Answer, ChooseFilter, Missing, NoSuchNumber
from bot.desk.requests import Verb
from bot.desk.sources import KEY, is_web_address
from bot.desk.subscriptions import ALL, SUGGESTIONS
from bot.errors import BadFilter
from bot.filters import grammar
from bot.model import Kind, Language, Settings, Topic
from handlers.text import names, notices
from handlers.text.catalogue import translator
from handlers.text.message import Message, Style
from handlers.text.replies import message
from handlers.text.replies.guide import PAGES
from handlers.text.replies.sources import EXAMPLES
from tests.text.samples import NOW, ONE, REPLIES, SOURCE

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = (Language.AZ, Language.EN)

#: What stands for something of the reader's own in the pages.
BLANKS = {"QUERY": "torture", "LINK": "https://example.org/report", "URL": "https://example.org/feed"}


def sources() -> set[str]:
    """The keys of the sources that come with the program, and of the samples'."""
    config = tomllib.loads((ROOT / "config.example.toml").read_text(encoding="utf-8"))
    return {SOURCE.key, *(source["key"] for source in config["source"])}


def trouble(command: str) -> str:
    """Why the desk would not do what `command` says; "" when it would."""
    parsed = parse(command)
    if parsed.verb is None:
        return "no such command"
    argument = parsed.argument.removeprefix("@channel").strip()
    first, _, rest = argument.partition(" ")
    match parsed.verb:
        case Verb.SUBSCRIBE if argument:
            return filter_trouble(argument)
        case Verb.FILTER if argument:
            if first in SAVE | NAME:
                return "" if re.fullmatch(r"[\w -]+", rest) else "neither a token nor a name"
            known = first.isdigit() or first in TEST
            return filter_trouble(rest) if known else "neither a number nor a trial"
        case Verb.UNSUBSCRIBE if argument:
            numbered = all(part.isdigit() for part in argument.split())
            return "" if numbered or argument in ALL | {"media"} else "no number and no name"
        case Verb.SEARCH if argument:
            return filter_trouble(split_page(argument)[0])
        case Verb.LATEST if argument:
            return "" if argument.isdigit() else "no number"
        case Verb.LANG if argument:
            return "" if argument in CHOICES else "no choice"
        case Verb.DIGEST | Verb.QUIET | Verb.PAUSE | Verb.ZONE if argument:
            change = timing.READ[parsed.verb](timing.folded(parsed.verb, argument), NOW)
            return "" if change else "not understood"
        case Verb.HELP if argument:
            return "" if argument in VERBS else "no page"
        case Verb.WHY | Verb.MORE if argument:
            return "" if is_web_address(argument) or re.fullmatch(r"[\w-]+", argument) else "no address"
        case Verb.SOURCE if argument:
            return source_trouble(first, rest.split())
        case Verb.PACK if argument:
            return pack_trouble(first, *rest.partition(" ")[::2])
        case Verb.STORY if argument:
            return story_trouble(first, rest.split())
    return ""


def filter_trouble(query: str) -> str:
    try:
        grammar.parse(query, sources=sources())
    except BadFilter as problem:
        return str(problem)
    return ""


def source_trouble(action: str, words: list[str]) -> str:
    if action not in {"add", "test", "list", "pause", "resume", "export", "import"}:
        return "no such action"
    if action == "import":
        return "" if all(map(is_web_address, words)) else "bad address"
    if action != "add" or not words:
        return ""
    url, *keys = words
    return "" if is_web_address(url) and all(map(KEY.fullmatch, keys)) else "bad address or short name"


def story_trouble(action: str, addresses: list[str]) -> str:
    wanted = {"show": 1, "split": 1, "join": 2}.get(action)
    if wanted is None:
        return "no such action"
    right = len(addresses) in (0, wanted) and all(map(is_web_address, addresses))
    return "" if right else "bad address"


def pack_trouble(action: str, name: str, query: str) -> str:
    if action not in {"list", "show", "test", "set", "remove"}:
        return "no such action"
    if action == "list" or not name:
        return ""
    return (
        filter_trouble(query) if KEY.fullmatch(name) and query else "" if KEY.fullmatch(name) else "no name"
    )


def commands_in(shown: Message) -> Iterator[str]:
    """What a message offers to type or press."""
    for line in shown.lines:
        yield from (span.text for span in line if span.style is Style.CODE and span.text.startswith("/"))
    yield from (button.command for row in shown.rows for button in row if button.command)


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("/subscribe country:XY", True),
        ("/subscribe source:nobody", True),
        ("/source add example https://example.org/feed", True),
        ("/help nothing", True),
        ("/filter torture", True),
        ("/lang fr", True),
        ("/subscribe country:AZ", False),
    ],
)
def test_an_example_that_does_not_work_is_noticed(command: str, wrong: bool) -> None:
    """The check of this page can fail."""
    assert wrong == bool(trouble(command))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_in_an_answer_works(lang: Language) -> None:
    """Help, suggestions, mended filters, buttons: in both languages."""
    replies = [reply for reply in REPLIES if not getattr(reply, "typed", "")]
    replies += [ChooseFilter(suggestions=SUGGESTIONS), *(Missing(verb=verb) for verb in Verb)]
    chosen_by_number = (Verb.FILTER, Verb.UNSUBSCRIBE)
    replies += [NoSuchNumber(typed="9", verb=verb, subscriptions=(ONE,)) for verb in chosen_by_number]
    shown = [message(Answer(reply=reply, settings=Settings(interface=lang)), NOW) for reply in replies]
    shown += [notices.slack_usage(lang, "/x"), notices.away(lang), notices.unexpected(lang)]
    commands = {command.replace("/x ", "/") for one in shown for command in commands_in(one)} - {"/x"}
    assert {} == {command: why for command in sorted(commands) if (why := trouble(command))}
    assert {"/help subscribe", "/subscribe country:AZ", "/list"} <= commands


def test_every_example_of_a_page_is_one_of_its_command() -> None:
    """Each verb's page shows at least one command, and the sources' mistakes name real ones."""
    for verb, page in PAGES.items():
        assert verb in {parse(command).verb for command, _meaning in page.examples}
    assert {} == {command: why for command in EXAMPLES.values() if (why := trouble(command))}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_placeholder_of_the_page_works(lang: Language) -> None:
    """What the empty input line suggests may be typed."""
    assert "" == trouble(notices.web_strings(lang)["input_placeholder"])


def names_shown(lang: Language) -> Iterator[tuple[str, str, str]]:
    """(field, name as cards and answers show it, value) of every topic, kind and language."""
    t = translator(lang)
    yield from (("topic", names.topic(topic, t), topic.value) for topic in Topic)
    yield from (("kind", names.kind(kind, t), kind.value) for kind in Kind)
    spoken = (Language.AZ, Language.EN, Language.TR, Language.RU)
    yield from (("lang", names.language(one, t), one.value) for one in spoken)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_names_that_are_shown_can_be_typed(lang: Language) -> None:
    """Whoever reads "siyasi məhbuslar" on a card may write it into a filter."""
    for field, name, value in names_shown(lang):
        assert f"{field}:{value} rights:yes" == grammar.parse(f'{field}:"{name}"').query


def commands_of_page(text: str) -> set[str]:
    """The commands of a chat in a Markdown page, with the blanks filled in."""
    found = set()
    for command in re.findall(r"(?<![\w./])/(?:xeberdar )?([a-z]+(?: [^`|\n]*)?)(?=`)", text):
        if command.split()[0] in VERBS:
            for blank, filled in BLANKS.items():
                command = re.sub(rf"\b{blank}\b", filled, command)
            found.add(f"/{command}")
    for command in re.findall(r"^ {4}/(subscribe .+)$", text, flags=re.MULTILINE):
        found.add(f"/{command}")
    return found


PAGES_OF_TEXT = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES_OF_TEXT, ids=lambda page: page.name)
def test_every_command_in_the_documents_works(page: Path) -> None:
    """Also filters on the command line."""
    text = page.read_text(encoding="utf-8")
    queries = re.findall(r"--filter '([^']+)'", text)
    wrong = {command: why for command in sorted(commands_of_page(text)) if (why := trouble(command))}
    wrong |= {query: why for query in queries if (why := filter_trouble(query))}
    assert {} == wrong


def test_the_readme_has_commands() -> None:
    """The search finds them."""
    found = commands_of_page((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"/subscribe torture country:AZ", "/filter test torture", "/list"} <= found
