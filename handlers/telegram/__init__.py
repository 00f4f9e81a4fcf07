"""Telegram: updates in, requests to the desk, answers and alerts out.

request    python-telegram-bot's transport on the shared aiohttp session
updates    our own getUpdates loop: confirmed only after the effect is in the store
access     who may change a chat, and which chat a message is about
commands   update -> Request -> desk -> words -> messages
render     typed spans -> text with entities (pure)
sender     Alert -> Outcome
app        puts them together
"""
