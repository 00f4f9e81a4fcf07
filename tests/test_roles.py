"""Many processes that share the work: what each does, and that nothing is lost when any of them dies."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from bot.config import Config, StoreConfig
from bot.delivery.worker import AT_ONCE
from bot.errors import ConfigError
from bot.leading import LIFETIME, while_leading
from bot.roles import ALL_ROLES, Role, read_roles
from bot.store.protocols import Store
from handlers.terminal.service import check_roles
from tests.clock import ManualClock
from tests.faults.outside import OutsideStore
from tests.faults.place import Bot, Place
from tests.waiting import until

CHATS = range(710_001, 710_011)


@pytest.mark.parametrize(
    ("typed", "roles"),
    [
        ([], ALL_ROLES),
        (["poll"], (Role.POLL,)),
        (["send,poll"], (Role.POLL, Role.SEND)),
        (["send", " POLL "], (Role.POLL, Role.SEND)),
    ],
)
def test_roles_are_typed_once_or_with_commas(typed: list[str], roles: tuple[Role, ...]) -> None:
    """In any order and case."""
    assert roles == read_roles(typed)


def test_an_unknown_role_is_named() -> None:
    """So that the command line can say which."""
    with pytest.raises(ValueError, match=r"^sned$"):
        read_roles(["poll,sned"])


def test_the_embedded_store_belongs_to_a_process_that_does_everything() -> None:
    """The error names the setting that lets others take part."""
    with pytest.raises(ConfigError) as refused:
        check_roles(Config(roles=(Role.POLL, Role.MATCH)))

    (problem,) = refused.value.problems
    assert "store.url" == problem.key
    assert "send, web, schedule" in problem.message
    check_roles(Config())
    check_roles(Config(roles=(Role.POLL,), store=StoreConfig(url="redis://127.0.0.1:6379/0")))


class Work:
    """Something that only one may do."""

    def __init__(self) -> None:
        self.doing = 0
        self.begun = 0

    async def __call__(self) -> None:
        self.doing += 1
        self.begun += 1
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.doing -= 1


async def test_one_does_the_work_and_another_takes_over(store: Store, clock: ManualClock) -> None:
    """Who ends properly gives the lease back at once."""
    work = Work()

    async def leading(name: str) -> None:
        await while_leading(store.outbox, "work", name, clock, work)

    first, second = asyncio.create_task(leading("one")), asyncio.create_task(leading("two"))
    await until(lambda: work.doing == 1)
    await clock.forward(LIFETIME.total_seconds() / 2)
    assert 1 == work.doing
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await clock.forward(2)
    await until(lambda: work.doing == 1)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    assert (0, 2) == (work.doing, work.begun)


async def test_work_that_fails_is_not_hidden(store: Store, clock: ManualClock) -> None:
    """Its error ends the leading too."""

    async def work() -> None:
        raise RuntimeError("sample")

    leading = asyncio.create_task(while_leading(store.outbox, "work", "one", clock, work))
    await clock.forward(2)
    with pytest.raises(RuntimeError, match="sample"):
        await leading


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_two_of_each_role_lose_nothing_when_they_are_killed(tmp_path: Path) -> None:
    """Readers, senders and keepers, two of each, killed at random: every report reaches every chat."""
    chance, kills = random.Random(11), 6
    kinds = {"reader": "poll,match", "sender": "send", "keeper": "schedule,web"}
    with OutsideStore() as outside:
        async with Place(tmp_path, store_url=outside.url) as place:
            place.feed.publish("Sample zero")
            bots: dict[str, Bot] = {}
            for number in (1, 2):
                for kind, roles in kinds.items():
                    bots[f"{kind}{number}"] = await place.start(name=f"{kind}{number}", roles=roles)
            await place.polled()
            await place.subscribe(list(CHATS))
            await place.all_told(["Sample zero"], CHATS)
            titles = []
            for number in range(kills):
                place.feed.publish(f"Sample {number}")
                titles.append(f"Sample {number}")
                await asyncio.sleep(chance.uniform(0.0, 0.5))  # in the middle of whatever they do
                name = chance.choice(sorted(bots))
                bots[name].kill()
                bots[name] = await place.start(name=name, roles=kinds[name[:-1]], ready=False)
            await place.all_told(titles, CHATS)
            await place.settled()
            duplicates = place.duplicates(titles)
            senders = [bot.events() for name, bot in bots.items() if name.startswith("sender")]

    assert duplicates <= AT_ONCE * kills, f"{duplicates} duplicates"
    assert any(one.get("event") == "leading.began" for events in senders for one in events)
    assert not any(
        "exception" in one or "Traceback" in str(one.get("event"))
        for bot in bots.values()
        for one in bot.events()
    )
