"""The page in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.model import Language
from tests.waiting import PATIENCE
from tests.web.desk import RecordingDesk, alert, article

expect.set_options(timeout=PATIENCE * 1000)

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A phone's window; whatever the console complains about fails the test."""
    complaints: list[str] = []
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 320, "height": 640}, locale="en-GB")
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        await browser.close()
    assert complaints == []


async def chat_of(page: Page) -> str:
    """The session in the browser's cookie."""
    return str((await page.context.cookies())[0].get("value"))


async def test_a_newcomer_types_and_cards_arrive(base: str, desk: RecordingDesk, page: Page) -> None:
    """A typed command is answered, a card comes without reloading, an edit replaces it, nothing overflows."""
    await page.goto(base)
    await page.get_by_label("Command").fill("/subscribe torture country:AZ")
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer code").last).to_have_text("torture country:AZ")
    hostile = "Hökm <img src=x onerror=alert(1)> " + "ə" * 200
    await desk.deliver(await chat_of(page), "1-0", alert(article(hostile)))
    await expect(page.locator("#log > .card")).to_have_count(1)
    await desk.deliver(await chat_of(page), "1-0", alert(article(), article("Fəal döyüldü", Language.AZ)))
    await expect(page.locator("#log > .card .pill")).to_have_text(["AZ", "EN"])
    await expect(page.locator("#log > .card")).to_have_count(1)
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    assert await page.evaluate("performance.getEntriesByType('navigation').length") == 1


async def test_the_keyboard_recalls_and_clears(base: str, desk: RecordingDesk, page: Page) -> None:
    """Up brings the last command back, Escape empties the line, a button says its command."""
    await page.goto(base)
    line = page.get_by_label("Command")
    await line.fill("/nonsense")
    await line.press("Enter")
    await expect(page.locator(".you")).to_have_count(1)
    await line.press("ArrowUp")
    await expect(line).to_have_value("/nonsense")
    await line.press("Escape")
    await expect(line).to_have_value("")
    button = page.locator("#log .row button").first
    command = await button.get_attribute("value")
    await button.click()
    await expect(page.locator(".you").last).to_have_text(command or "")
