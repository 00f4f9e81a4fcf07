"""The chats. Each platform translates, asks the desk and renders; the terminal is one of them."""
