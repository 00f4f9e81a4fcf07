"""The front desk: what a chat may ask, platform-neutral; one file per group of commands.

A handler turns what its platform says into a `Request`, gives it to `Desk.answer`, and renders the
`Reply`. The desk decides; handlers translate; `handlers.text` finds the words.
"""
