"""Which addresses are one page, and which hosts one site."""

from __future__ import annotations

import pytest

from bot.feeds.links import normalise
from bot.links import link_key, same_site


@pytest.mark.parametrize(
    "spelling",
    [
        "https://example.org/az/1",
        "http://www.example.org/az/1/",
        "HTTPS://EXAMPLE.ORG:443/az/1#top",
        "https://example.org./az/1?utm_source=x&fbclid=1",
        " https://user@example.org/%61z/1 ",
    ],
)
def test_spellings_of_one_address_are_one_key(spelling: str) -> None:
    """Scheme, www, port, slash, fragment, tracking and escapes do not make another page."""
    assert "example.org/az/1" == link_key(spelling)


def test_what_makes_another_page_is_kept() -> None:
    """Ports, paths in their case and parameters stay; the order of parameters does not matter."""
    assert "example.org:8080/A?a=2&b=1" == link_key("http://example.org:8080/A?b=1&a=2")
    assert link_key("https://example.org/x%c9%99") == link_key(
        "https://example.org/x\u0259".replace("\u0259", "%C9%99")
    )
    assert link_key("https://example.org/xə") == link_key("https://example.org/x%C9%99")


@pytest.mark.parametrize(
    "bad", ["", "mailto:a@b", "//x", "http://", "http://[", "http://x:99999/", "http://a/\ud800"]
)
def test_what_is_no_address_has_no_key(bad: str) -> None:
    """Hostile spellings are None, never an exception."""
    assert link_key(bad) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("az.example.org", "en.example.org", True),
        ("example.org", "en.example.org", True),
        ("example.org", "example.com", False),
        ("x.org.az", "y.org.az", False),
        ("a.blogspot.com", "b.blogspot.com", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("10.0.0.1", "11.0.0.1", False),
        ("badexample.org", "example.org", False),
    ],
)
def test_sites_are_told_by_their_names(one: str, other: str, expected: bool) -> None:
    """Subdomains of one name are one site; names under a registry's or host's suffix are not."""
    assert expected is same_site(one, other)


@pytest.mark.parametrize("parameter", ["utm_x=1", "mc_cid=1", "ysclid=1", "ns_mchannel=1", "at_medium=1"])
def test_feeds_and_stories_mean_the_same_by_tracking(parameter: str) -> None:
    """One list: what is cut off where a link is shown makes no difference where links are compared."""
    link = "https://example.org/az/1"
    assert link == normalise(f"{link}?{parameter}")
    assert link_key(link) == link_key(f"{link}?{parameter}")
    assert "example.org/az/1?at_home=1" == link_key(f"{link}?at_home=1")
