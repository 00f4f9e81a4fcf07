"""The engine built from a configuration: its store, its key, its sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import configured_sources, open_engine, visit_store
from bot.config import Config, MetricsConfig, SourceConfig, TelegramConfig
from bot.errors import KeyMissing
from bot.model import Address, Chat, Origin, Platform
from bot.store.server import StoreInUse
from tests.outlet import Item, outlet


def config_in(folder: Path, url: str = "http://127.0.0.1:9/feed") -> Config:
    """Everything in one folder, with one source."""
    return Config(
        data_dir=folder / "var",
        master_key_file=folder / "secrets" / "master.key",
        telegram=TelegramConfig(),
        metrics=MetricsConfig(enabled=False),
        source=(SourceConfig(key="sample", title="Sample", url=url, allow_private=True, fetch_page=False),),
    )


async def test_the_engine_polls_what_the_configuration_names(tmp_path: Path) -> None:
    """From the configuration to the archive, with the real parts; a visitor sees the same store."""
    async with outlet() as here:
        here.add("/feed", Item(path="/1", title="Sample report"))
        config = config_in(tmp_path, here.url("/feed"))

        async with open_engine(config) as engine:
            await engine.poller.drain()
            async with visit_store(config) as store:
                titles = [article.title async for article in store.archive.newest(5)]

    assert ["Sample report"] == titles


def test_sources_of_the_configuration_keep_their_rights() -> None:
    """What the file allows is allowed, and the source says that it comes from the file."""
    (source,) = configured_sources(config_in(Path("/nowhere")))

    assert ("sample", True, False, Origin.CONFIG) == (
        source.key,
        source.allow_private,
        source.fetch_page,
        source.origin,
    )


async def test_one_data_directory_has_one_engine(tmp_path: Path) -> None:
    """A second engine is refused before it touches anything, and the first goes on."""
    config = config_in(tmp_path)
    async with open_engine(config) as engine:
        with pytest.raises(StoreInUse):
            async with open_engine(config):
                pass

        await engine.store.ping()


async def test_another_master_key_is_refused(tmp_path: Path) -> None:
    """Sealed data opens with its own key only; the wrong key changes nothing."""
    config = config_in(tmp_path)
    reader = Address(platform=Platform.TELEGRAM, chat="7000000001")
    async with open_engine(config) as engine:
        chats = engine.store.chats
        fresh = Chat(key=chats.key_of(reader), address=reader)
        await chats.update(reader, lambda chat: replace(chat, next_number=2), fresh=fresh)
    good = config.master_key_file.read_bytes()
    config.master_key_file.unlink()
    elsewhere = config_in(tmp_path / "elsewhere")
    async with open_engine(elsewhere):
        other = elsewhere.master_key_file.read_bytes()

    config.master_key_file.write_bytes(other)
    config.master_key_file.chmod(0o600)
    with pytest.raises(KeyMissing):
        async with open_engine(config):
            pass

    config.master_key_file.write_bytes(good)
    async with open_engine(config) as engine:
        assert await engine.store.chats.get(reader) is not None


async def test_a_visitor_makes_no_key(tmp_path: Path) -> None:
    """`check` and its like look; only `run` creates."""
    config = config_in(tmp_path)

    with pytest.raises(KeyMissing):
        async with visit_store(config):
            pass

    assert not config.master_key_file.exists()
