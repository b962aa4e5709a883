"""A round trip to the worker: a question goes through the broker, the worker's answer comes back."""

import secrets

import redis
from celery import shared_task
from django.conf import settings

WAIT = 3


@shared_task(name="portal.heartbeat")
def heartbeat(*, answer_to: str = "") -> None:
    """Answer on the list that the question names."""
    if answer_to:
        with redis.Redis.from_url(settings.REDIS_URL) as client:
            client.lpush(answer_to, "alive")
            client.expire(answer_to, 30)


def ask_worker() -> None:
    """Ask and wait up to three seconds; raises TimeoutError when no worker answers."""
    from kombu.exceptions import OperationalError

    name = f"vedette:heartbeat:{secrets.token_hex(8)}"
    try:
        heartbeat.apply_async(kwargs={"answer_to": name}, expires=WAIT)
    except OperationalError as error:
        raise TimeoutError from error
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=WAIT + 2) as client:
        if client.blpop([name], timeout=WAIT) is None:
            raise TimeoutError
