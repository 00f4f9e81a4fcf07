"""Entry -> Article: language, countries, topics, kind and summary of one text.

    read(entry, page, source, now) -> Article
    read_text(title, text, lang=..., prior=...) -> Reading, with the words that caused each label

Pure: nothing here opens a connection or looks at a clock.
"""

from bot.reading.read import Reading, Reason, read, read_text

__all__ = ["Reading", "Reason", "read", "read_text"]
