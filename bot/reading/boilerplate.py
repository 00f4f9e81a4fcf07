"""What feeds add to an article that is not the article: shares, credits, `appeared first on`.

It is blanked, not removed, so that every offset into the text stays what it was. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache

_LINES = re.compile(
    r"(?:"
    r"the post\b.{0,300}?\bappeared first on\b[^\n]*"
    r"|(?:read (?:more|also|the full|full)|continue reading|see also|also read|learn more|"
    r"click here|more on this)\b[^\n]{0,160}$"
    r"|(?:share (?:this|on)|subscribe|sign up|follow us|join us|support us|donate|"
    r"download (?:the|our) app|advertisement|newsletter)\b[^\n]{0,200}$"
    r"|(?:photo|image|video|picture|file photo|photo credit|credit|source|illustration)\s*[:©/][^\n]{0,160}$"
    r"|(?:©|\(c\)|copyright\b|all rights reserved)[^\n]{0,160}$"
    r"|(?:foto|şəkil|video|görüntü|mənbə|qapaq fotosu|arxiv fotosu|illüstrasiya)\s*[:©/][^\n]{0,160}$"
    r"|(?:ətraflı|daha ətraflı|ardı|davamı|ardını oxu|oxuyun|həmçinin oxu(?:yun)?|"
    r"həmçinin bax(?:ın)?|bax|oxu|xəbərin davamı|tam mətn)\s*(?:\W[^\n]{0,160})?$"
    r"|(?:paylaş(?:ın)?|abunə ol(?:un)?|bizi izləyin|izləyin|kanalımıza|telegram kanalımız|"
    r"facebook səhifəmiz|bizə dəstək|reklam)\b[^\n]{0,200}$"
    r"|(?:by|müəllif)\s*[:]?\s+[A-ZƏÖÜĞÇŞİ][^\n.]{2,50}$"
    r"|\[?(?:…|\.\.\.)\]?\s*$"
    r")",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_APPEARED = re.compile(r"the post\b.{0,300}?\bappeared first on\b.*", re.IGNORECASE)
_TAIL = re.compile(
    r"(?<=[.!?…”\"»])\s+(?:read more|continue reading|read the full (?:story|article)|"
    r"ətraflı|daha ətraflı|ardını oxu)\b.{0,160}$",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"\s*(?:"
    r"[^\W\d_][\w .’'-]{1,30}/ ?\d{1,2}[./]\d{1,2}[./]\d{2,4} ?/ ?[\w .-]{2,30}[:–—-]+"
    r"|(?:[^\W\d_][\w .,’'()/-]{1,60} )?"
    r"\((?:AP|AFP|Reuters|TASS|DPA|EFE|ANSA|IPS|RFE/RL|AA|UPI|CNN)\) ?[-–—]+"
    r"|[^\W\d_]{3,20}, \d{1,2} [^\W\d_]{3,10}(?: \d{4}(?:-c[iıuü] il)?)?(?:, [\w.]{2,20})?\.? ?[-–—:/]+"
    r"|[^\W\d_]{3,20}, \d{1,2} [^\W\d_]{3,10}, [A-ZƏÖÜĞÇŞİ]{3,12}[.:]"  # Bakı, 5 mart, APA.
    r"|[A-ZƏÖÜĞÇŞİ]{3,20}(?:[ ,/]+[A-Z][\w.]{1,20}){0,3}(?:,? \d{1,2}(?:, \d{4})?)?"
    r"(?: \([A-Z][a-z]{2,8} \d{1,2}\))?[.,]? ?(?:--|[–—]|:(?= )|- )"
    r"|[A-ZƏÖÜĞÇŞİ]{3,20}, [A-Z][a-z]{2,20}, [A-Z][a-z]{2,9} \d{1,2}\."  # TASHKENT, Uzbekistan, November 15.
    r")-?\s*(?=[A-ZƏÖÜĞÇŞİ“\"«])"
)
_LONGEST = 400  # a longer line is a paragraph, of which only the tail can be boilerplate


@lru_cache(maxsize=4)  # countries, topics and summary blank the same text
def blank(text: str) -> str:
    """`text` with boilerplate replaced by spaces; as long as before."""
    return _LINE.sub(lambda found: _blank_line(found.group()), text)


def after_dateline(text: str, start: int, end: int) -> int:
    """Where the sentence at `start` begins behind a dateline: `Bakı/12.03.24/Turan:`, `KYIV, Ukraine --`."""
    found = _DATELINE.match(text, start, min(end, start + 120))
    return found.end() if found and end - found.end() > 30 else start


def _blank_line(line: str) -> str:
    bare = line.strip(" \t\xa0*•·|>→»-–—[(")
    if len(line) <= _LONGEST and _LINES.match(bare):
        return " " * len(line)
    for pattern, needed in ((_APPEARED, "appeared first on"), (_TAIL, "")):
        tail = pattern.search(line) if needed in line.lower() else None
        if tail:
            line = line[: tail.start()] + " " * (len(line) - tail.start())
    return line
