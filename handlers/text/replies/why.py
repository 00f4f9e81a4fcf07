"""Why a report came or did not, filter by filter, with the words that decided it."""

from __future__ import annotations

from bot.desk.replies import NothingToExplain, Stage, Verdict, Why
from bot.model import Article, Evidence, Hold, Kind, Language, Match, Miss, Topic
from handlers.text import names
from handlers.text.card import lead_of
from handlers.text.catalogue import N_, Translator
from handlers.text.hygiene import clean, web_address
from handlers.text.message import Line, Message, Span, Style
from handlers.text.replies.reader import Reader, paragraphs
from handlers.text.say import bold, code, in_context, plain, press, rows, say

#: Code points shown on either side of the words that matched.
AROUND = 30
MOST_EVIDENCE = 6
MOST_VERDICTS = 10
TITLE_LENGTH = 200
WORDS_LENGTH = 120

STAGES: dict[Stage, str] = {
    Stage.NOT_SENT: N_("This report did not come to this chat:"),
    Stage.MUTED: N_("This report did not come: this chat has muted its source, its topic, or the report:"),
    Stage.HELD: N_("This report waits to be told together with others:"),
    Stage.QUEUED: N_("This report waits for its turn to be sent to this chat:"),
    Stage.SENDING: N_("This report is being sent to this chat:"),
    Stage.TOLD: N_("This report came to this chat:"),
    Stage.GIVEN_UP: N_(
        "The platform did not take this report for this chat; the operator can send it again:"
    ),
}


HOLDS: dict[Hold, str] = {
    Hold.DIGEST: N_("This report waits for the digest of this chat:"),
    Hold.QUIET: N_("This report waits for the end of the quiet hours of this chat:"),
    Hold.PAUSED: N_("This report waits for the end of the pause of this chat:"),
    Hold.LATE: N_("This report is late and comes with the next ones:"),
    Hold.MANY: N_("This report comes in a moment, together with others:"),
}


def explained(reply: Why, reader: Reader) -> Message:
    t = reader.t
    stage = HOLDS[reply.hold] if reply.hold else STAGES[reply.stage]
    head = [say(t._(stage)), (_title(lead_of(reply.story, reader.settings), t),)]
    blocks = [_verdict(verdict, t) for verdict in reply.verdicts[:MOST_VERDICTS]]
    left = len(reply.verdicts) - MOST_VERDICTS
    if left > 0:
        blocks.append([say(t.n_("and {n} more", "and {n} more", left), n=left)])
    if (after := _left_open(reply, t)) is not None:
        blocks.append([say(after)])
    return Message(lines=paragraphs(head, *blocks), rows=rows(press(t._("My filters"), "/list")))


def _left_open(reply: Why, t: Translator) -> str | None:
    """What the verdicts leave open: none, or not what happened. None when they explain it."""
    matches = any(isinstance(verdict.decision, Match) for verdict in reply.verdicts)
    if reply.stage is not Stage.NOT_SENT and not matches:
        return t._("The filter that found it has been changed or stopped since.")
    if not reply.verdicts:
        return t._("This chat has no filters, so no report comes here.")
    if matches and reply.stage is Stage.NOT_SENT:
        return t._("A filter matches, but the report was not sent: it may be older than the filter.")
    return None


def _title(article: Article, t: Translator) -> Span:
    return Span(clean(article.title, TITLE_LENGTH) or t._("(untitled)"), Style.BOLD, web_address(article.url))


def _verdict(verdict: Verdict, t: Translator) -> list[Line]:
    one = verdict.subscription
    head = t._("Filter {number} matches: {query}")
    if isinstance(verdict.decision, Miss):
        head = t._("Filter {number} does not match: {query}")
        reasons = [_miss(verdict.decision, t)]
    else:
        evidence = [_evidence(one, verdict, t) for one in verdict.decision.why]
        left = len(evidence) - MOST_EVIDENCE
        reasons = evidence[:MOST_EVIDENCE]
        if left > 0:
            reasons.append(say(t.n_("and {n} more", "and {n} more", left), n=left))
    return [say(head, number=one.number, query=code(one.query)), *reasons]


def _miss(miss: Miss, t: Translator) -> Line:
    reason = names.miss(miss.reason, t)
    if not clean(miss.term):
        return say("– {reason}", reason=reason)
    return say("– {term}: {reason}", term=code(miss.term), reason=reason)


def _evidence(evidence: Evidence, verdict: Verdict, t: Translator) -> Line:
    article = verdict.article
    if evidence.at is not None and evidence.field in {"title", "text"}:
        where = t._("in the title") if evidence.field == "title" else t._("in the text")
        text = article.title if evidence.field == "title" else article.text
        return say(
            "– {term}, {where}: {context}",
            term=code(evidence.term),
            where=where,
            context=in_context(text, evidence.at, len(evidence.found), AROUND),
        )
    term, label = code(evidence.term), _label(evidence, article, t)
    words = _read_from(evidence, verdict)
    if not words:
        return say("– {term}: {found}", term=term, found=label)
    return say(t._("– {term}: {found}, read from “{words}”"), term=term, found=label, words=bold(words))


def _read_from(evidence: Evidence, verdict: Verdict) -> str:
    """The words of the article that a label was read from; "" when it was not read from words."""
    labels = {
        "country": {f"country:{evidence.found}", f"mention:{evidence.found}"},
        "rights": {"human_rights"},
    }.get(evidence.field, {f"{evidence.field}:{evidence.found}"})
    words = next((one.found for one in verdict.read_from if one.term in labels), "")
    return clean(words, WORDS_LENGTH)


def _label(evidence: Evidence, article: Article, t: Translator) -> Line:
    found = evidence.found
    match evidence.field:
        case "country":
            return (plain(names.country(found, t)),)
        case "topic" if found in set(Topic):
            return (Span(names.topic(Topic(found), t)),)
        case "kind" if found in set(Kind):
            return (Span(names.kind(Kind(found), t)),)
        case "lang" if found in set(Language):
            return (Span(names.language(Language(found), t)),)
        case "source":
            # `from:` is told as the source too: then it is the outlet's country that was found.
            return (plain(article.outlet if found == article.source else names.country(found, t)),)
        case "rights":
            return (Span(t._("human-rights news")),)
        case _:
            return (plain(found),)


def nothing(reply: NothingToExplain, reader: Reader) -> Message:
    t = reader.t
    if reply.typed:
        return Message(
            lines=(
                say(t._("There is no such report in the archive: {typed}"), typed=code(reply.typed)),
                say(
                    t._("Send the address of a report that a source has published: {command}"),
                    command=code("/why https://example.org/report"),
                ),
            ),
            rows=rows(press(t._("Sources"), "/sources")),
        )
    return Message(
        lines=(
            say(t._("No report has come to this chat lately, so there is nothing to explain.")),
            say(t._("About any other report: {command}"), command=code("/why https://example.org/report")),
        ),
        rows=rows(press(t._("My filters"), "/list")),
    )
