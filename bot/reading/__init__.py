"""Entry -> Article: language, countries, topics, summary."""
