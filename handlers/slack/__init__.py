"""Slack: envelopes in, requests to the desk, answers and alerts out.

request    the Web API on the shared aiohttp session; every failure is an error of ours
sockets    Socket Mode over two connections: an event is acked only after its effect is in the store
access     who may change a channel, and what Slack knows about a person or a channel
commands   slash command, direct message, button, channel event -> Request -> desk -> words -> blocks
render     typed spans -> Block Kit (pure)
sender     Alert -> Outcome
app        puts them together
"""
