"""Source -> Entry: ask politely, parse behind a wall."""
