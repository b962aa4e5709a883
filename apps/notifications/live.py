"""Ringing the bell of open pages. A ring carries no content: the page asks again, with its own permission."""

import logging
from collections.abc import AsyncIterator, Iterable

import redis
import redis.asyncio
from django.conf import settings

log = logging.getLogger(__name__)
PAUSE = 15.0


def channel(person: int) -> str:
    """The channel on which one person's pages listen."""
    return f"vedette:bell:{person}"


def ring(people: Iterable[int]) -> None:
    """Tell the open pages of these people that something is new. Without a broker they learn it later."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1) as client:
            pipe = client.pipeline(transaction=False)
            for person in people:
                pipe.publish(channel(person), "new")
            pipe.execute()
    except redis.RedisError as error:
        log.warning("The bell could not be rung: %s", error)


async def listen(person: int) -> AsyncIterator[str]:
    """Server-sent events for one person: a ring when something is new, a comment every 15 s."""
    yield "retry: 5000\n\n"
    try:
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as bell:
            await bell.subscribe(channel(person))
            while True:
                message = await bell.get_message(ignore_subscribe_messages=True, timeout=PAUSE)
                yield "event: notice\ndata: new\n\n" if message else ": still here\n\n"
    except redis.RedisError:
        yield ": the bell is out of order\n\n"
