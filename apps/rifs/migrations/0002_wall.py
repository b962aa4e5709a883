"""RIFs, their ledger and their traces in both logs, behind the second wall."""

from typing import ClassVar

from django.db import migrations

from apps.kernel.actor import SYSTEM_READER
from apps.kernel.wall import protect

SYSTEM = f"{SYSTEM_READER} = ANY (vedette_audiences())"
MAY = "vedette_may('rif.read')"
OWN = "organisation_id = ANY (vedette_audiences())"
SUBJECT = """EXISTS (SELECT 1 FROM search_entry s
    WHERE s.subject_type = audit_event.subject_type AND s.subject_id = audit_event.subject_id)"""
ISSUED = """(subject_type = 'rifs.rif' AND EXISTS (SELECT 1 FROM rifs_rif r
    WHERE r.id = audit_accesslog.subject_id AND r.issuer_id = ANY (vedette_audiences())))"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rifs", "0001_initial"), ("search", "0002_wall")]
    operations: ClassVar = [
        protect("rifs_rif", f"audience && vedette_audiences() AND {MAY}"),
        migrations.RunSQL(
            f"CREATE POLICY rifs ON search_entry AS RESTRICTIVE USING (subject_type <> 'rifs.rif' OR {MAY})",
            "DROP POLICY rifs ON search_entry",
        ),
        protect(
            "rifs_delivery", f"({OWN} AND {MAY}) OR {SYSTEM} OR EXISTS (SELECT 1 FROM rifs_rif r WHERE r.id = rif_id)"
        ),
        protect("rifs_savedsearch", "owner_id = vedette_reader()"),
        protect("audit_event", f"{OWN} OR {SYSTEM} OR {SUBJECT}"),
        protect("audit_accesslog", f"{OWN} OR {SYSTEM} OR actor_id = vedette_reader() OR {ISSUED}"),
    ]
