"""What makes an entry the same entry tomorrow. Pure.

Outlets repeat guids and rewrite them; links they keep. So: source and normalised link; without a
link the guid; without both title and date.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

from bot.feeds.links import link_key


def entry_id(
    source: str, *, link: str | None, guid: str | None, title: str, published: datetime | None
) -> str:
    """32 hexadecimal digits (16 bytes of BLAKE2b). A link to a site's front page names no entry."""
    if link and not _is_front_page(link):
        parts = ("link", link_key(link))
    elif guid:
        parts = ("guid", guid)
    elif link and not title:
        parts = ("link", link_key(link))
    else:
        parts = ("title", f"{title}\n{published.isoformat() if published else ''}")
    return blake2b("\x00".join((source, *parts)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _is_front_page(link: str) -> bool:
    split = urlsplit(link)
    return split.path in {"", "/"} and not split.query and not split.fragment
