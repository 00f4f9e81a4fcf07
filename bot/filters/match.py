"""Does a filter want an article, and why?

`prepare` lays an article out once for any number of filters; `evaluate` answers with every reason. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from bot.filters.terms import And, Filter, LabelTerm, Node, Or, PackTerm, WordTerm
from bot.language.keywords import Passage, find
from bot.model import Article, Evidence, Match, Miss, MissReason, Source


class ReadArticle:
    """An article, ready for many filters. Its words are cut when the first filter asks for them.

    Most filters of a look back at the archive end at a label, and then nothing is cut.
    """

    __slots__ = ("_text", "_title", "article", "labels")

    def __init__(self, article: Article, labels: dict[str, tuple[str, ...]]) -> None:
        """`labels`: field -> the article's values."""
        self.article = article
        self.labels = labels
        self._title: Passage | None = None
        self._text: Passage | None = None

    @property
    def title(self) -> Passage:
        """The words of the title."""
        if self._title is None:
            self._title = Passage.of(self.article.title, self.article.lang)
        return self._title

    @property
    def text(self) -> Passage:
        """The words of the text."""
        if self._text is None:
            self._text = Passage.of(self.article.text, self.article.lang)
        return self._text


def prepare(article: Article, source: Source | None = None) -> ReadArticle:
    """Lay `article` out. `source` is the one it came from, if it is still in the catalogue."""
    rights = article.human_rights or (source is not None and source.rights)
    labels = {
        "country": article.countries,
        "mentions": (*article.countries, *article.mentions),
        "from": (source.country,) if source is not None and source.country else (),
        "lang": (article.lang.value,),
        "topic": tuple(topic.value for topic in article.topics),
        "kind": (article.kind.value,),
        "source": (article.source,),
        "rights": ("yes" if rights else "no",),
    }
    return ReadArticle(article, labels)


#: What a missing label is called in `Miss` ...
_REASONS = {
    "country": MissReason.COUNTRY,
    "mentions": MissReason.MENTIONS,
    "from": MissReason.SOURCE,
    "lang": MissReason.LANGUAGE,
    "topic": MissReason.TOPIC,
    "kind": MissReason.KIND,
    "source": MissReason.SOURCE,
    "rights": MissReason.RIGHTS,
}
#: ... and which field of the article is shown as evidence.
_SHOWN = {"mentions": "country", "from": "source"}


def evaluate(wanted: Filter, read: ReadArticle) -> Match | Miss:
    """The decision with its reasons: evidence for every term that was met, or the first term that was not.

    Raises:
        TypeError: a `pack:` term is left in the filter; `packs.expand` comes first.
    """
    decided = _decide(wanted.root, read)
    return decided if isinstance(decided, Miss) else Match(why=decided)


def _decide(node: Node, read: ReadArticle) -> tuple[Evidence, ...] | Miss:
    if isinstance(node, WordTerm):
        return _word(node, read)
    if isinstance(node, LabelTerm):
        return _label(node, read)
    if isinstance(node, And):
        return _every(node, read)
    if isinstance(node, Or):
        return _either(node, read)
    if isinstance(node, PackTerm):
        raise TypeError("a filter is matched after its packs are expanded")
    met = not isinstance(_decide(node.part, read), Miss)
    return Miss(reason=MissReason.EXCLUDED, term=node.query) if met else ()


def _every(node: And, read: ReadArticle) -> tuple[Evidence, ...] | Miss:
    """Labels are asked before words because they cost nothing; the evidence keeps the filter's order."""
    for part in node.parts:
        if isinstance(part, LabelTerm) and not _has(part, read):
            return Miss(reason=_REASONS[part.field], term=part.query)
    why: list[Evidence] = []
    for part in node.parts:
        decided = _decide(part, read)
        if isinstance(decided, Miss):
            return decided
        why.extend(decided)
    return tuple(why)


def _either(node: Or, read: ReadArticle) -> tuple[Evidence, ...] | Miss:
    """Evidence of every branch that is met."""
    decisions = [_decide(part, read) for part in node.parts]
    met = [decision for decision in decisions if not isinstance(decision, Miss)]
    if met:
        why = tuple(evidence for decision in met for evidence in decision)
        return tuple(replace(one, term=node.query) for one in why) if node.one_term else why
    reasons = {decision.reason for decision in decisions if isinstance(decision, Miss)}
    return Miss(reason=reasons.pop() if len(reasons) == 1 else MissReason.WORDS, term=node.query)


def _word(term: WordTerm, read: ReadArticle) -> tuple[Evidence, ...] | Miss:
    for field, passage in (("title", read.title), ("text", read.text)):
        if term.field in ("", field):
            hit = find(term.keyword, passage)
            if hit is not None:
                return (Evidence(term=term.query, found=hit.found, field=field, at=hit.at),)
    return Miss(reason=MissReason.WORDS, term=term.query)


def _has(term: LabelTerm, read: ReadArticle) -> bool:
    return "any" in term.values or not set(term.values).isdisjoint(read.labels[term.field])


def _label(term: LabelTerm, read: ReadArticle) -> tuple[Evidence, ...] | Miss:
    if not _has(term, read):
        return Miss(reason=_REASONS[term.field], term=term.query)
    shown = _SHOWN.get(term.field, term.field)
    found = dict.fromkeys(value for value in read.labels[term.field] if value in term.values)
    return tuple(Evidence(term=term.query, found=value, field=shown) for value in found)
