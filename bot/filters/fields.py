"""The fields of a filter: their names in both languages, the mistake and the example of each."""

from __future__ import annotations

from bot.errors import FilterMistake
from bot.filters import names
from bot.filters.terms import FIELDS, PACK
from bot.language.letters import fold

IN_AZERBAIJANI = {
    "ölkə": "country",
    "anılan": "mentions",
    "mənşə": "from",
    "mövzu": "topic",
    "dil": "lang",
    "mənbə": "source",
    "başlıq": "title",
    "mətn": "text",
    "növ": "kind",
    "hüquq": "rights",
    "paket": PACK,
}
#: Fields that have labels, and what an unknown one is.
LABELLED = {
    "country": FilterMistake.UNKNOWN_COUNTRY,
    "mentions": FilterMistake.UNKNOWN_COUNTRY,
    "from": FilterMistake.UNKNOWN_COUNTRY,
    "lang": FilterMistake.UNKNOWN_LANGUAGE,
    "topic": FilterMistake.UNKNOWN_TOPIC,
    "kind": FilterMistake.UNKNOWN_KIND,
    "rights": FilterMistake.UNKNOWN_VALUE,
    "source": FilterMistake.UNKNOWN_SOURCE,
    PACK: FilterMistake.UNKNOWN_PACK,
}
#: Fields whose values moderators name, with one that is named in the documents.
KEPT = {"source": "amnesty", PACK: "press-freedom"}

EXAMPLE = "torture country:AZ"
_EXAMPLES = {
    "country": "country:AZ,GE",
    "mentions": "mentions:Georgia",
    "from": "from:AZ",
    "lang": "lang:az",
    "kind": "kind:report",
    "topic": "topic:media_freedom",
    "rights": "torture rights:any",
    "title": "title:torture",
    "text": 'text:"political prisoner"',
}
_BY_KEY = {fold(name): field for name, field in IN_AZERBAIJANI.items()}
_SPELLED = {fold(name): name for name in IN_AZERBAIJANI}


def field_of(typed: str) -> str | None:
    """The field that `typed` names in English or Azerbaijani, in any case, with or without its dots."""
    name = _BY_KEY.get(fold(typed), fold(typed))
    return name if name in FIELDS or name == PACK else None


def nearest(typed: str) -> str | None:
    """The name of a field that was probably meant, in the language that it is nearest to."""
    found = names.nearest_of(typed, (*FIELDS, PACK, *_SPELLED))
    return _SPELLED.get(found, found) if found else None


def example_of(field: str) -> str:
    """A filter that works, with this field unless its values are kept elsewhere."""
    return _EXAMPLES.get(field, EXAMPLE)
