"""The scripts themselves; `bot.store.scripts` gives them names. A package, so that wheels carry them."""
