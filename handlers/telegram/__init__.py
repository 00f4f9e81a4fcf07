"""Telegram: python-telegram-bot on our own transport and our own update loop."""
