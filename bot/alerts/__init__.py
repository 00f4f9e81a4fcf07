"""Match -> Alert | Skip: once per chat, now or in the digest."""
