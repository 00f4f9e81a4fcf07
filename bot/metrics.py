"""What is counted, in one place. No label ever names a chat, a person or a filter."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Counters in a registry of their own; several engines may live in one process (tests do that)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._polls = Counter(
            "xeberdar_polls_total",
            "Turns of a source, by how they ended",
            ["source", "outcome"],
            registry=self.registry,
        )
        self._articles = Counter(
            "xeberdar_articles_total",
            "New articles, by source and language",
            ["source", "lang"],
            registry=self.registry,
        )
        self._outcomes = Counter(
            "xeberdar_sends_total",
            "Answers of the platforms",
            ["platform", "outcome"],
            registry=self.registry,
        )
        self._lag = Histogram(
            "xeberdar_queue_seconds",
            "From the queue to the platform's yes",
            ["platform"],
            buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600),
            registry=self.registry,
        )
        self.depth = Gauge(
            "xeberdar_queue_entries", "What waits in each queue", ["queue"], registry=self.registry
        )

    def polled(self, source: str, outcome: str) -> None:
        """One turn of a source ended."""
        self._polls.labels(source, outcome).inc()

    def published(self, source: str, lang: str) -> None:
        """One new article."""
        self._articles.labels(source, lang).inc()

    def outcome(self, platform: str, outcome: str) -> None:
        """One answer of a platform."""
        self._outcomes.labels(platform, outcome).inc()

    def lag(self, platform: str, seconds: float) -> None:
        """One alert reached its chat `seconds` after it was queued."""
        self._lag.labels(platform).observe(seconds)
