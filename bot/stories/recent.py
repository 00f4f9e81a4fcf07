"""Which articles are worth comparing: those that share rare keys, at the same cost at any size. Pure.

Articles are filed under the keys by which others can find them (`Fingerprint.leads`). Asked for partners,
what is filed under one's own keys is added up by rarity, and the best few are compared in full. Keys that
very many have are not followed: they cost most and say least. A batch files in memory (`Recent`), the running
service in the store; both pick with `best`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta

from bot.stories.fingerprint import Fingerprint
from bot.stories.rarity import weight

WINDOW = timedelta(days=7)  #: how far apart two articles of one report may be published
MOST_FILED = 400  #: articles under one key beyond which it is not followed
PARTNERS = 24  #: articles that are compared in full


def best(filed: Mapping[str, Iterable[int]], most: int = PARTNERS) -> list[int]:
    """The numbers that are filed under most of the rarest keys, best first; of equals the newest."""
    shared: defaultdict[int, float] = defaultdict(float)
    for key, numbers in filed.items():
        worth = weight(key)
        for number in numbers:
            shared[number] += worth
    return sorted(shared, key=lambda number: (-shared[number], -number))[:most]


def within_window(one: Fingerprint, two: Fingerprint) -> bool:
    """Whether two articles are near enough in time to tell one report."""
    return abs(one.published - two.published) <= WINDOW


class Recent:
    """Fingerprints of one batch, filed."""

    def __init__(self, batch: Iterable[Fingerprint] = ()) -> None:
        self._held: list[Fingerprint] = []
        self._filed: defaultdict[str, list[int]] = defaultdict(list)
        for one in batch:
            self.add(one)

    def add(self, one: Fingerprint) -> None:
        """File an article; each once."""
        number = len(self._held)
        self._held.append(one)
        for key in set(one.leads):
            self._filed[key].append(number)

    def partners(self, one: Fingerprint) -> list[Fingerprint]:
        """Those that share most with `one` and lie within the window, best first; never itself."""
        filed = {
            key: [
                number
                for number in self._filed[key]
                if self._held[number].id != one.id and within_window(one, self._held[number])
            ]
            for key in set(one.leads)
            if key in self._filed and len(self._filed[key]) <= MOST_FILED
        }
        return [self._held[number] for number in best(filed)]
