"""From what a browser sends to what the desk is asked. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from bot.desk.requests import Request
from bot.errors import BadRequest
from bot.model import Address, Language, Platform

#: The largest body we read, in bytes: the longest command is far below.
LONGEST_BODY = 8_192

_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
_UPDATE = re.compile(r"[A-Za-z0-9-]{8,64}")


class NotUnderstood(BadRequest):
    """The body is neither a form nor JSON of strings."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Said:
    """What the browser sent: the person's words and what the script adds to them."""

    text: str
    story: str | None = None  #: the story of the card whose button was pressed
    update: str | None = None  #: chosen by the script; the same when it has to send again
    zone: str | None = None  #: the browser's IANA zone


def fields_of(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form or of a JSON object; values that are not text are left out.

    Raises:
        NotUnderstood: it is neither.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        text = body.decode("utf-8")
        if kind == "application/x-www-form-urlencoded":
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=20, errors="strict"))
        if kind == "application/json" and isinstance(data := json.loads(text), dict):
            return {key: value for key, value in data.items() if isinstance(value, str)}
    except (ValueError, RecursionError):
        raise NotUnderstood(f"not valid {kind}") from None
    raise NotUnderstood("neither a form nor a JSON object")


def said_in(fields: Mapping[str, str]) -> Said:
    """The person's words; what the script added is dropped where it has no proper form."""
    update = fields.get("update", "")
    return Said(
        text=fields.get("text", "").strip(),
        story=fields.get("story") or None,
        update=update if _UPDATE.fullmatch(update) else None,
        zone=zone_in(fields.get("zone", "")),
    )


def zone_in(name: str) -> str | None:
    """`name` if it is an IANA zone that this machine knows."""
    if len(name) > 64 or not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return None


def hint_of(accept_language: str) -> Language:
    """Azerbaijani when the browser prefers it to English, else English."""
    best = {Language.AZ: 0.0, Language.EN: 0.0}
    for part in accept_language[:1_000].split(","):
        tag, _, parameters = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        for lang in best:
            if primary == lang.value:
                best[lang] = max(best[lang], weight)
    return Language.AZ if best[Language.AZ] > best[Language.EN] else Language.EN


def _weight(parameters: str) -> float:
    found = re.search(r"q\s*=\s*([01](?:\.\d{1,3})?)", parameters)
    return float(found[1]) if found else 1.0


def address_of(session: str) -> Address:
    """The chat of a session."""
    return Address(platform=Platform.WEB, chat=session)


def request_of(said: Said, session: str, hint: Language) -> Request:
    """The desk's question. A session is a chat with one person in it, who may change everything about it."""
    address = address_of(session)
    return Request(
        person=session,
        chat=address,
        asked_in=address,
        text=said.text,
        may_change=True,
        hint=hint,
        zone=said.zone,
        update=_update_id(session, said.update),
        story=said.story,
    )


def _update_id(session: str, update: str | None) -> str | None:
    """The script's id, made unique among all sessions without naming one (128 random bits go into it)."""
    if update is None:
        return None
    return hashlib.blake2s(f"{session}\n{update}".encode(), digest_size=16).hexdigest()
