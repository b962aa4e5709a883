"""Documents behind the second wall: a row exists for whoever may read the subject that it belongs to."""

from typing import ClassVar

from django.db import migrations

from apps.kernel.actor import SYSTEM_READER
from apps.kernel.wall import protect

SYSTEM = f"(SELECT {SYSTEM_READER} = ANY (vedette_audiences()))"
SUBJECT = """EXISTS (SELECT 1 FROM search_entry s
    WHERE s.subject_type = documents_document.subject_type AND s.subject_id = documents_document.subject_id)"""
DOCUMENT = "EXISTS (SELECT 1 FROM documents_document d WHERE d.id = document_id)"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0001_initial"), ("search", "0003_newest")]
    operations: ClassVar = [
        protect("documents_document", f"{SYSTEM} OR {SUBJECT}"),
        protect("documents_sealed", f"{SYSTEM} OR {DOCUMENT}"),
    ]
