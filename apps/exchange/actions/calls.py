"""Carrying out a call once, however often a national system sends it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.exchange.models import Call
from apps.kernel.refusals import Kind, Refusal, Refused

#: For how long a key is remembered.
REMEMBERED = timedelta(days=1)


def once(do: Callable[[], str], *, caller: str, key: str, digest: str, at: datetime) -> tuple[str, bool]:
    """The reference of what `do` wrote, and whether it was written now or by an earlier call with this key.

    `digest` stands for the address and the content of the call; the same key for another call is
    refused. A second call that arrives while the first is under way waits for its end. A call that
    was refused leaves no trace, so it may be sent again under the same key.
    """
    with transaction.atomic():
        Call.objects.filter(at__lt=at - REMEMBERED).delete()
        new = Call(caller=caller, key=key, digest=digest, at=at)
        Call.objects.bulk_create([new], ignore_conflicts=True)
        call = Call.objects.select_for_update().get(caller=caller, key=key)
        if call.digest != digest:
            raise Refused(Refusal(_("This idempotency key was used for another call."), Kind.RULE, "Idempotency-Key"))
        if call.reference:
            return call.reference, False
        call.reference = do()
        call.save(update_fields=["reference"])
        return call.reference, True
