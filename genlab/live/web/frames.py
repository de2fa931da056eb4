"""What a browser's websocket may say to Streamlit: messages of its protocol, as bytes. Whatever else arrives ends the
connection; Streamlit would fail at it, and write a traceback for each into the server's log."""

from __future__ import annotations

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

UNSUPPORTED = 1003  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1


class Frames:
    """An ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def heard() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive" or is_message(message.get("bytes")):
                return message
            await send({"type": "websocket.close", "code": UNSUPPORTED, "reason": ""})
            return {"type": "websocket.disconnect", "code": UNSUPPORTED}

        await self.app(scope, heard, send)


def is_message(data: bytes | None) -> bool:
    """Whether a frame is a message of Streamlit's protocol."""
    if data is None:
        return False
    try:
        BackMsg.FromString(data)
    except DecodeError:
        return False
    return True
