"""What bytes show is believed before what is said of them."""

from __future__ import annotations

import pytest

from bot.feeds.encoding import decoded
from bot.feeds.entries import read_feed

AZ = "Jurnalist işgəncəyə məruz qaldığını deyir, vəkil bildirib. " * 5
RU = "Суд в Баку продлил арест журналиста, адвокат против. «Он невиновен» "
TR = "Gazeteci gözaltına alındı, İstanbul’da şüpheli ölüm, çağrı yapıldı"
JA = "日本語のニュース"


def declared(name: str, body: bytes) -> bytes:
    return b"<?xml version='1.0' encoding='" + name.encode() + b"'?>" + body


@pytest.mark.parametrize(
    ("body", "content_type", "end"),
    [
        (AZ.encode(), "", AZ),
        (AZ.encode(), "text/xml; charset=iso-8859-1", AZ),
        (declared("windows-1251", AZ.encode()), "", AZ),
        (b"\xc9 " + AZ.encode(), "", AZ),
        (RU.encode("cp1251"), "", RU),
        (declared("utf-8", RU.encode("cp1251")), "", RU),
        (RU.encode("koi8-r", "replace"), "text/xml; charset=koi8-r", "Он невиновен? "),
        (TR.encode("cp1254"), "", TR),
        (TR.encode("cp1254", "replace"), "text/xml; charset=iso-8859-9", TR),
        ("café ’".encode("cp1252"), "text/xml; charset=iso-8859-1", "café ’"),
        (declared("shift_jis", JA.encode("shift_jis")), "", JA),
        (declared("iso-2022-jp", JA.encode("iso2022_jp")), "", JA),
        (RU.encode("utf-16"), "", RU),
        (RU.encode("utf-32"), "", RU),
        (b"\xef\xbb\xbf" + AZ.encode(), "text/xml; charset=utf-16", AZ),
        (declared("zlib", AZ.encode()), "text/xml; charset=undefined", AZ),
        (declared("utf-7", b"+ADw-b+AD4- plain"), "", "+ADw-b+AD4- plain"),
    ],
)
def test_text_survives_wrong_declarations(body: bytes, content_type: str, end: str) -> None:
    """Undeclared, wrongly declared and torn encodings; codecs that are none are never used."""
    assert decoded(body, content_type)[-len(end) :] == end


def test_a_feed_in_an_undeclared_encoding_is_read() -> None:
    """A windows-1251 feed that declares nothing has Russian titles, not Latin noise."""
    body = f"<rss version='2.0'><channel><item><title>{RU}</title><link>https://e.example/1</link></item></channel></rss>"
    (one,) = read_feed(
        body.encode("cp1251"), {"content-type": "text/xml"}, "https://e.example/rss", "s"
    ).entries
    assert one.title == RU.strip()
