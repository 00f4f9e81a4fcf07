"""How a sentence becomes spans: its placeholders are filled with styled parts, never with mark-up."""

from __future__ import annotations

from string import Formatter

from handlers.text.hygiene import clean
from handlers.text.message import Button, Line, Span, Style

Part = str | int | Span | Line

#: Telegram's callback data holds 64 bytes; four are left for a prefix.
COMMAND_BYTES = 60
LABEL_LENGTH = 40

#: A filter as typed is at most this long when it is repeated to the person.
SHOWN = 200

EMPTY: Line = ()


def say(sentence: str, **parts: Part) -> Line:
    """The sentence with each `{name}` replaced by its part; a part that is text stays plain.

    >>> say("Type {command} to stop.", command=code("/unsubscribe 2"))
    (Span('Type '), Span('/unsubscribe 2', code), Span(' to stop.'))
    """
    spans: list[Span] = []
    for text, name, _spec, _conversion in Formatter().parse(sentence):
        spans.append(Span(text))
        if name is not None:
            spans.extend(_spans(parts[name]))
    return _joined(spans)


def _spans(part: Part) -> Line:
    if isinstance(part, tuple):
        return part
    return (part,) if isinstance(part, Span) else (Span(str(part)),)


def _joined(spans: list[Span]) -> Line:
    """The spans without empty ones; plain neighbours become one."""
    joined: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = joined[-1] if joined else None
        if last and last.style is span.style is Style.PLAIN and last.url is span.url is None:
            joined[-1] = Span(last.text + span.text)
        else:
            joined.append(span)
    return tuple(joined)


def code(text: str) -> Span:
    """Something to type, or a name of the machine."""
    return Span(clean(text, SHOWN), Style.CODE)


def bold(text: str) -> Span:
    return Span(clean(text, 512), Style.BOLD)


def plain(text: str) -> Span:
    """Words from outside in the middle of a sentence of ours."""
    return Span(clean(text, 512))


def in_context(text: str, at: int, length: int, around: int) -> Line:
    """`text[at : at + length]` in bold, with `around` code points of what stands on either side."""
    start, end = max(0, at - around), at + length + around
    before, found, after = text[start:at], text[at : at + length], text[at + length : end]
    left = ("…" if start else "") + clean(before) + (" " if before[-1:].isspace() else "")
    right = (" " if after[:1].isspace() else "") + clean(after) + ("…" if end < len(text) else "")
    return say("{left}{found}{right}", left=left, found=bold(found), right=right)


def press(label: str, command: str) -> tuple[Button, ...]:
    """A button that types the command; none when the command is too long for the platforms."""
    flat = clean(command)
    if len(flat.encode()) > COMMAND_BYTES:
        return ()
    return (Button(label=clean(label, LABEL_LENGTH), command=flat),)


def rows(*buttons: tuple[Button, ...], width: int = 2) -> tuple[tuple[Button, ...], ...]:
    """The buttons that there are, `width` in a row."""
    flat = [button for group in buttons for button in group]
    return tuple(tuple(flat[start : start + width]) for start in range(0, len(flat), width))


def listed(parts: list[Span], separator: str = ", ") -> Line:
    """The parts one after the other."""
    spans: list[Span] = []
    for index, part in enumerate(parts):
        spans += [Span(separator), part] if index else [part]
    return _joined(spans)
