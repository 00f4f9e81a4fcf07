"""The newcomer's path, walked by a machine: `make demo` in a clean clone, then a browser.

    python tests/newcomer.py CLONE

Starts the demo, subscribes in the page, waits until an alert is pushed, stops the demo with Ctrl-C,
looks for processes left behind, starts it again and finds the subscription. Prints what it saw; exits
with 1 and says what is wrong otherwise. Not collected by pytest: it installs a whole environment.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]
INSTALL_SECONDS = 300
PUSH_MILLISECONDS = 60_000


class Demo:
    """One run of `make demo`, in a process group of its own so that Ctrl-C reaches it as from a terminal."""

    def __init__(self, clone: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("XEBERDAR_")}
        self._process = subprocess.Popen(
            ["make", "demo", "DEMO_ARGS=--port 0 --every 1.5"],
            cwd=clone,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._clone = clone
        self.address = self._wait_for_address()

    def _wait_for_address(self) -> str:
        assert self._process.stdout is not None
        until = time.monotonic() + INSTALL_SECONDS
        for line in self._process.stdout:
            sys.stdout.write(f"  | {line}")
            found = re.search(r"http://[\w.\[\]:]+/?", line)
            if found:
                return found[0]
            if time.monotonic() > until:
                break
        self.stop()
        raise SystemExit("the demo printed no address")

    def stop(self) -> None:
        """Ctrl-C, and nothing may be left."""
        os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise SystemExit("the demo did not stop within 20 s of Ctrl-C") from None
        left = self._left_behind()
        if left:
            raise SystemExit(f"left behind after Ctrl-C: {left}")

    def _left_behind(self) -> list[str]:
        """Processes that run from the clone or serve its data."""
        left = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                except OSError:
                    continue
                if str(self._clone) in command and str(os.getpid()) != folder.name:
                    left.append(command)
        return [command for command in left if "newcomer.py" not in command]


def say(page: Page, text: str) -> None:
    """Type into the one text field and press Enter."""
    field = page.get_by_role("textbox").first
    field.fill(text)
    field.press("Enter")


def see_alerts(browser: Browser, address: str, state: Path) -> None:
    """Subscribe, see the newest report at once, and see another one pushed without reloading."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    say(page, "/subscribe torture country:AZ")
    cards = page.get_by_role("article")
    expect(cards.first).to_be_visible(timeout=15_000)
    print("seen: the newest report that matches:", cards.first.get_by_role("heading").first.inner_text())
    say(page, "/subscribe rights:any")
    before = cards.count()
    expect(cards.nth(before + 1)).to_be_visible(timeout=PUSH_MILLISECONDS)
    print(f"seen: {cards.count()} cards, pushed without reloading")
    for pill in ("AZ", "EN"):
        expect(page.get_by_role("link", name=re.compile(rf"\b{pill}\b")).first).to_be_visible(
            timeout=PUSH_MILLISECONDS
        )
    print("seen: links to both versions")
    if errors:
        raise SystemExit(f"errors in the page: {errors}")
    context.storage_state(path=state)
    context.close()


def see_state(browser: Browser, address: str, state: Path) -> None:
    """After a second start the subscription is still there."""
    page = browser.new_context(storage_state=state).new_page()
    page.goto(address)
    say(page, "/list")
    expect(page.get_by_text("torture country:AZ").last).to_be_visible(timeout=15_000)
    print("seen: the subscription, after a second start")


def main() -> int:
    clone = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        state = Path(folder) / "browser.json"
        for look in (see_alerts, see_state):
            demo = Demo(clone)
            try:
                look(browser, demo.address, state)
            finally:
                demo.stop()
        browser.close()
    print("the newcomer's path holds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
