"""The web chat, and the operator's listener for metrics and health."""
