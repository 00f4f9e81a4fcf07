"""A whole bot as a process of its own, and the means to hurt it."""
