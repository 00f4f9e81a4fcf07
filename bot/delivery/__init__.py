"""Alert -> Outcome: pace, send, retry, record."""
