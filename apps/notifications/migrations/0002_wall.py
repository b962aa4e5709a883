"""A notice is its reader's alone; mail and marks are the portal's own."""

from typing import ClassVar

from django.db import migrations

from apps.kernel.actor import SYSTEM_READER
from apps.kernel.wall import protect

SYSTEM = f"{SYSTEM_READER} = ANY (vedette_audiences())"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0001_initial"), ("audit", "0002_chain")]
    operations: ClassVar = [
        protect("notifications_notice", f"recipient_id = vedette_reader() OR {SYSTEM}"),
        protect("notifications_mail", SYSTEM),
        protect("notifications_told", SYSTEM),
    ]
