"""`xeberdar run` as a process of its own, and the commands beside it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

XEBERDAR = str(Path(sys.executable).with_name("xeberdar"))
CONFIG = """\
[web]
port = 0
[metrics]
port = 0
[log]
format = "json"
[feeds]
interval_minutes = 60
[[source]]
key = "local"
title = "Local"
url = "http://127.0.0.1:9/feed"
allow_private = true
"""


@dataclass
class Service:
    """A bot that runs, and where it listens."""

    process: subprocess.Popen[str]
    web: str
    operator: str

    def children(self) -> list[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in task.read_text().split()]

    def store_pid(self) -> int:
        names = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in self.children()}
        return next(child for child, name in names.items() if b"valkey" in name)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


@contextmanager
def running(config: Path) -> Iterator[Service]:
    """Started and ready."""
    command = [XEBERDAR, "run", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found: dict[str, str] = {}
        try:
            for line in process.stderr:
                event = json.loads(line)
                found[event["event"]] = event.get("url", "")
                if event["event"] == "ready":
                    break
            yield Service(process, found["web.listening"], found["operator.listening"])
        finally:
            process.kill()


def shell(*arguments: str | Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [XEBERDAR, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout, done.stderr


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(config: Path, number: signal.Signals) -> None:
    """With status 0, and no process is left."""
    with running(config) as service:
        children = service.children()
        service.process.send_signal(number)

        assert 0 == service.process.wait(timeout=PATIENCE)

    assert children
    assert [] == [child for child in children if Path(f"/proc/{child}").exists()]


def test_health_and_metrics(config: Path) -> None:
    """Both answer on the operator's listener; a store that hangs is a 503, and one that is back a 200."""
    with running(config) as service:
        healthy, body = get(f"{service.operator}/healthz")
        _, metrics = get(f"{service.operator}/metrics")
        store = service.store_pid()
        os.kill(store, signal.SIGSTOP)
        try:
            ill, _ = get(f"{service.operator}/healthz")
        finally:
            os.kill(store, signal.SIGCONT)
        well, _ = get(f"{service.operator}/healthz")

    assert (200, "ok", 503, 200) == (healthy, json.loads(body)["status"], ill, well)
    assert "xeberdar_queue_entries" in metrics


def test_the_page_asks_for_a_code_and_takes_it_once(config: Path) -> None:
    """What `web-login` prints opens the page; a second time it does not."""
    with running(config) as service:
        status, code, said = shell("web-login", "--config", config)

        def sign_in() -> tuple[bool, str]:
            form = urllib.parse.urlencode({"code": code.strip()}).encode()
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            try:
                with opener.open(f"{service.web}/sign-in", form, timeout=PATIENCE) as answer:
                    page = answer.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    page = error.read().decode()
            return 'action="/sign-in"' in page, page

        door = 'action="/sign-in"' in get(service.web)[1]
        first, second = sign_in()[0], sign_in()[0]

    assert (0, "") == (status, said)
    assert (True, False, True) == (door, first, second)


def test_the_commands_beside_a_bot_that_runs(config: Path) -> None:
    """They see its store, and a second bot on it is refused in a sentence."""
    with running(config):
        checked, findings, _ = shell("check", "--config", config)
        invited, invitation, _ = shell("moderator", "invite", "--config", config)
        _, sources, _ = shell("sources", "list", "--config", config)
        tested, answers, _ = shell("sources", "test", "local", "--config", config)
        listed, waiting, _ = shell("outbox", "list", "--config", config)
        replayed, again, _ = shell("outbox", "replay", "--config", config)
        mistyped, _, reasons = shell("outbox", "replay", "--why", "malfromed", "--config", config)
        second, _, said = shell("run", "--config", config)

    assert (0, 0, 2) == (listed, replayed, mistyped)
    assert "outbox:telegram" in waiting
    assert "Nothing was given up" in waiting
    assert "0 queued again" in again
    assert "no such reason: malfromed" in reasons
    assert "malformed" in reasons
    assert (0, 0, 1, 1) == (checked, invited, tested, second)
    assert "answers; 0 chats" in findings
    assert invitation.startswith("/moderator ")
    assert "local" in sources
    assert "unreachable" in answers
    assert "stop it, or set another data_dir" in said
    assert "Traceback" not in said


def test_a_list_of_feeds_goes_in_and_out_beside_a_bot_that_runs(config: Path, tmp_path: Path) -> None:
    """What is exported are its sources; of a list, what is not on the public internet is not added."""
    feeds = tmp_path / "feeds.opml"
    feeds.write_text('<opml version="2.0"><outline xmlUrl="http://127.0.0.1:9/inside"/></opml>')
    hostile = tmp_path / "hostile.opml"
    hostile.write_text("<!DOCTYPE opml><opml/>")
    with running(config):
        exported, document, _ = shell("sources", "export", "--config", config)
        imported, _, refused = shell("sources", "import", feeds, "--config", config)
        stopped, _, why = shell("sources", "import", hostile, "--config", config)

    assert (0, 1, 2) == (exported, imported, stopped)
    assert 'text="' in document
    assert "xmlUrl=" in document
    assert "not added: http://127.0.0.1:9/inside: refused_address" in refused
    assert "a document type is not accepted" in why


def test_a_lost_master_key_is_refused_and_none_is_made(config: Path) -> None:
    """Without the key nothing sealed could be opened again: `run` says so and changes nothing."""
    with running(config) as service:
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(timeout=PATIENCE)
    key = config.parent / "secrets" / "master.key"
    good = key.read_bytes()
    key.unlink()

    lost, _, said = shell("run", "--config", config)
    made = key.exists()
    key.write_bytes(good)
    key.chmod(0o600)

    assert (1, False) == (lost, made)
    assert "master key" in said
    assert "Traceback" not in said
    with running(config):
        pass


def test_a_broken_configuration_is_told_whole(config: Path) -> None:
    """Every problem with its line, status 2, no traceback, and nothing is started."""
    config.write_text(
        CONFIG.replace("port = 0\n[metrics]", "port = -1\n[metrics]").replace("interval", "intreval")
    )

    status, out, said = shell("run", "--config", config)

    assert (2, "") == (status, out)
    assert ["line 2, web.port", "line 8, feeds.intreval_minutes"] == [
        line.removeprefix("xeberdar: ").split(":")[0] for line in said.splitlines()[:-1]
    ]
    assert "xeberdar: 2 problems; nothing was started" == said.splitlines()[-1]


@pytest.mark.parametrize(
    "command",
    [("run",), ("web-login",), ("moderator", "invite"), ("sources", "list"), ("sources", "test")],
)
def test_a_missing_configuration_says_what_to_do(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Status 2, one sentence, no traceback."""
    status, _, said = shell(*command, "--config", tmp_path / "none.toml")

    assert 2 == status
    assert "there is no such file (for example: cp config.example.toml none.toml)" in said
    assert "Traceback" not in said


def test_a_taken_port_is_told_as_a_mistake_in_the_configuration(config: Path) -> None:
    """With the setting to change and another port, status 2."""
    with running(config) as service:
        port = urllib.parse.urlsplit(service.web).port
        other = config.parent / "other"
        other.mkdir()
        (other / "config.toml").write_text(CONFIG.replace("port = 0", f"port = {port}", 1))

        status, _, said = shell("run", "--config", other / "config.toml")

    told = [line for line in said.splitlines() if line.startswith("xeberdar: ")]
    assert 2 == status
    assert told[0].startswith(f"xeberdar: web.port: cannot listen on 127.0.0.1:{port}")
    assert "Traceback" not in said


def test_check_before_the_first_run(config: Path) -> None:
    """Nothing is wrong yet: there is simply no store and no key, and check makes none."""
    status, findings, said = shell("check", "--config", config)

    assert (0, "") == (status, said)
    assert "wrong" not in findings
    assert not (config.parent / "secrets" / "master.key").exists()
