"""Long answers, made part by part while they are sent, so that no answer is ever whole in memory."""

from collections.abc import Generator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

Parts = Generator[bytes, None, None]


class InTurn:
    """Parts for an asynchronous server: each is made in the request's own thread, where its transaction is.

    The server closes the answer in that thread too, also when the reader has gone, and so the transaction ends.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def __aiter__(self) -> "InTurn":
        return self

    async def __anext__(self) -> bytes:
        part = await sync_to_async(lambda: next(self.parts, None))()
        if part is None:
            raise StopAsyncIteration
        return part

    def close(self) -> None:
        """Stop where it is."""
        self.parts.close()


def streamed(request: HttpRequest, parts: Parts, *, kind: str, name: str) -> StreamingHttpResponse:
    """The parts as a file to be kept under this name."""
    body = InTurn(parts) if isinstance(request, ASGIRequest) else parts
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(body, content_type=kind, headers=headers)
