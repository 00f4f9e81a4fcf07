"""The configuration: one TOML file, secrets from files or the environment, frozen once read.

`load` reads everything and reports every mistake at once (`ConfigError.problems`), each with its
key, its line and an example that works. Nothing else in the program reads the environment.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.model import Language


class Section(BaseModel):
    """A table of the file: immutable, and closed against misspelt keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StoreConfig(Section):
    """`[store]`: where everything is kept."""

    url: str = ""  #: redis://, rediss:// or unix://; empty: the embedded Valkey in `data_dir`
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    archive_days: Annotated[int, Field(ge=1, le=3650)] = 90
    receipt_days: Annotated[int, Field(ge=1, le=90)] = 7


class FeedsConfig(Section):
    """`[feeds]`: how we ask publishers."""

    interval_minutes: Annotated[float, Field(gt=0, le=1440)] = 10.0
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 50
    per_host: Annotated[int, Field(ge=1, le=50)] = 2
    parsers: Annotated[int, Field(ge=1, le=32)] = 2  #: killable parser processes
    user_agent: str = "Xeberdar/0.1 (human-rights alert service)"


class SourceConfig(Section):
    """`[[source]]`: one feed."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    url: str
    lang: Language | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    rights: bool = False
    fetch_page: bool = True
    allow_private: bool = False
    interval_minutes: Annotated[float, Field(gt=0, le=1440)] | None = None


class TelegramConfig(Section):
    """`[telegram]`: on when a token is given."""

    token_file: Path | None = None
    base_url: str = "https://api.telegram.org"
    token: SecretStr | None = Field(default=None, exclude=True)  #: filled from file or environment only


class SlackConfig(Section):
    """`[slack]`: on when both tokens are given."""

    bot_token_file: Path | None = None
    app_token_file: Path | None = None
    base_url: str = "https://slack.com/api/"
    bot_token: SecretStr | None = Field(default=None, exclude=True)
    app_token: SecretStr | None = Field(default=None, exclude=True)


class WebConfig(Section):
    """`[web]`: the web chat."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8321
    sign_in: bool = True  #: ask for a code printed by `xeberdar web-login`; `demo` turns it off
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")


class MetricsConfig(Section):
    """`[metrics]`: `/metrics` and `/healthz`, on a listener of their own."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8322


class LogConfig(Section):
    """`[log]`"""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"


class Config(Section):
    """The whole file."""

    data_dir: Path = Path("var")
    master_key_file: Path = Path("secrets/master.key")
    zone: str = "Asia/Baku"  #: IANA zone of a chat that has not said otherwise
    store: StoreConfig = StoreConfig()
    feeds: FeedsConfig = FeedsConfig()
    telegram: TelegramConfig = TelegramConfig()
    slack: SlackConfig = SlackConfig()
    web: WebConfig = WebConfig()
    metrics: MetricsConfig = MetricsConfig()
    log: LogConfig = LogConfig()
    source: tuple[SourceConfig, ...] = ()

    def interval_of(self, source: SourceConfig) -> timedelta:
        """How often to ask this source."""
        minutes = source.interval_minutes or self.feeds.interval_minutes
        return timedelta(minutes=minutes)
