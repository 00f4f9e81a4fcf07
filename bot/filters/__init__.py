"""Story -> Match | Miss: which chats want it, and why."""
