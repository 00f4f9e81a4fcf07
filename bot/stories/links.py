"""Under which addresses an article and its other language versions are found. Pure.

An outlet speaks for its own pages only: what a page says about addresses of another site is
ignored, or one outlet could put its text under another's report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from bot.links import host_of, link_key, same_site
from bot.model import Article, Origin, Source
from bot.stories.twins import plain_address, plain_host, same_text

SAME, CANONICAL, HREFLANG = "same address", "canonical", "hreflang"
TWIN, TEXT = "mobile or AMP page", "same headline and text"
RANK = {SAME: 0, TEXT: 0, CANONICAL: 1, HREFLANG: 2, TWIN: 3}  #: who speaks for an address first

MOST_ALTERNATES = 64  #: more versions than any report has; a page that lists more is not believed further

#: A path that is a front page: nothing, or a language alone. Sites without a translation often give
#: their front page as hreflang or canonical, and would become one huge story.
_FRONT_PAGE = re.compile(
    r"(?:/(?:[a-z]{2}(?:[-_][a-z]{2,4})?|aze|eng|rus|tur))?(?:/(?:index|default|home)(?:\.\w{1,5})?)?/*\Z",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One address that leads to the report, and who says so."""

    address: str  #: as `bot.links.link_key` spells it; of TEXT: host and digest, which is no address
    why: str  #: SAME, TEXT, CANONICAL, HREFLANG or TWIN
    lang: str = ""  #: for hreflang, as the page spells it


def claims(article: Article, source: Source | None) -> tuple[str, ...]:
    """The link keys of an article, its own first: 32 hex digits each, none twice."""
    return tuple(dict.fromkeys(_digest(claim.address) for claim in addresses(article, source)))


def versions(article: Article, source: Source | None) -> frozenset[str]:
    """Those of its link keys that are only said to be the article's other language versions."""
    found = list(addresses(article, source))
    own = {_digest(claim.address) for claim in found if claim.why != HREFLANG}
    return frozenset(_digest(claim.address) for claim in found if claim.why == HREFLANG) - own


def key_of(url: str) -> str | None:
    """The link key of one address, as `claims` gives it; None when it is no http(s) address."""
    address = link_key(url)
    return None if address is None or _is_front_page(address) else _digest(address)


def addresses(article: Article, source: Source | None = None) -> Iterator[Claim]:
    """Every address the article may claim, its own first, with the reason."""
    own = link_key(article.url) if article.url else None
    if article.url is None or own is None:
        return
    if not _is_front_page(own):
        yield Claim(address=own, why=SAME)
    host = host_of(article.url)
    if host is None or _links_away(host, source):
        return
    plain = plain_address(own)
    if plain is not None:
        yield Claim(address=plain, why=TWIN)
    text = same_text(article)
    if text is not None:
        yield Claim(address=f"text {plain_host(host)} {_digest(text)}", why=TEXT)
    for why, lang, url in _stated(article):
        address, there = link_key(url), host_of(url)
        if address and there and address != own and same_site(host, there) and not _is_front_page(address):
            yield Claim(address=address, why=why, lang=lang)


def _stated(article: Article) -> Iterator[tuple[str, str, str]]:
    if article.canonical:
        yield CANONICAL, "", article.canonical
    for lang, url in article.alternates[:MOST_ALTERNATES]:
        if lang and lang.lower() != "x-default":
            yield HREFLANG, lang.lower(), url


def _links_away(host: str, source: Source | None) -> bool:
    """A feed that a moderator added speaks for its own site; the configuration's are trusted to link away."""
    if source is None or source.origin is Origin.CONFIG:
        return False
    home = host_of(source.url)
    return home is None or not same_site(home, host)


def _is_front_page(address: str) -> bool:
    _, slash, path = address.partition("/")
    return "?" not in address and _FRONT_PAGE.match(slash + path) is not None


def _digest(address: str) -> str:
    return blake2b(address.encode(), digest_size=16).hexdigest()
