"""Whether an article goes on with the case that an earlier one told. Pure.

The arrest, its extension and the verdict of one person are reports of their own; who was told of the first
is told of the second as a reply to it. A reply under the wrong report says something false about somebody,
so the same person must be named in full in both headlines, and the headlines must tell different stages.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.stories.fingerprint import Fingerprint, Person, same


def earlier(one: Fingerprint, candidates: Iterable[tuple[Fingerprint, str]]) -> str | None:
    """The id of the latest article whose case `one` goes on with; `candidates` come with their stories."""
    found = [two for two, _ in candidates if goes_on(one, two)]
    return max(found, key=lambda two: (two.published, two.id)).id if found else None


def goes_on(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether `one` tells a later stage of the case in `two`."""
    if two.id == one.id or two.published > one.published or not one.stages or not two.stages:
        return False
    if one.stages & two.stages or not set(one.countries[:1]) <= set(two.countries):
        return False
    return any(_is(mine, its) for mine in _headlined(one) for its in _headlined(two))


def _headlined(article: Fingerprint) -> list[Person]:
    return [person for person in article.persons if person.titled and person.sure]


def _is(one: Person, two: Person) -> bool:
    return same(one.surname, two.surname) and same(one.given, two.given)
