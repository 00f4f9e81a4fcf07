"""The only place that knows Redis. `protocols` is what others may see; `keys` is the page of contents."""
