"""The same article under another address: mobile and AMP pages, and texts that an outlet sends again. Pure.

A feed that was re-dated, re-guided or moved shows what it has shown under new addresses. The same headline
over the same text on the same host is the same article, whatever its address and date. A text alone is not:
an outlet may put one notice where every article should be.
"""

from __future__ import annotations

import re

from bot.language.letters import fold
from bot.model import Article

LEAST_LETTERS = 80  #: of a text that says something: "Read more on our site" repeats under many headlines
LEAST_TITLE = 12  #: letters of a headline that names one event: "Hava proqnozu" comes every day

_HOSTS = re.compile(r"^(?:m|mob|mobile|amp|wap)\.(?=[^./]+\.[^/]+)")
_PATHS = re.compile(r"/amp(?:\.html?)?$|(?<=[^/])/(?:amp|mobile)(?=/)|\.amp(?=\.html?$|$)", re.IGNORECASE)
_QUERY = re.compile(r"(?:^|&)(?:amp(?:=[^&]*)?|outputtype=amp|mobile=1|view=mobile)(?=&|$)", re.IGNORECASE)
_NOT_LETTERS = re.compile(r"[\W_]+")


def plain_address(address: str) -> str | None:
    """Of a mobile or AMP page's address, as `bot.links.link_key` spells it, that of the page proper."""
    head, _, query = address.partition("?")
    host, slash, path = head.partition("/")
    host = plain_host(host)
    path = _PATHS.sub("", slash + path).rstrip("/")
    query = _QUERY.sub("", query).lstrip("&")
    plain = host + path + ("?" + query if query else "")
    return plain if plain != address and path else None


def plain_host(host: str) -> str:
    """Of a mobile or AMP host (`m.example.org`) the proper one."""
    return _HOSTS.sub("", host)


def same_text(article: Article) -> str | None:
    """What two copies of one text have in common: headline and text without case, marks and spaces."""
    title, text = (_NOT_LETTERS.sub("", fold(part)) for part in (article.title, article.text))
    if len(title) < LEAST_TITLE or len(text) < LEAST_LETTERS:
        return None
    return f"{title} {text}"
