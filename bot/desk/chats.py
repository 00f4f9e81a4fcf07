"""How a chat that we do not hold yet would begin."""

from __future__ import annotations

from bot.desk.ports import Ports
from bot.desk.requests import Request
from bot.model import Chat, Language, Settings


def fresh_chat(ports: Ports, request: Request) -> Chat:
    """A chat with the settings that its client suggests, and nothing followed yet."""
    interface = request.hint if request.hint in (Language.AZ, Language.EN) else Language.EN
    return Chat(
        key=ports.store.chats.key_of(request.chat),
        address=request.chat,
        settings=Settings(interface=interface, zone=request.zone or ports.zone),
    )
