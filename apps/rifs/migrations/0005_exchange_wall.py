"""Versions and feedback behind the second wall; what was published before has its first version."""

from typing import ClassVar

from django.db import migrations

from apps.kernel.wall import protect

READABLE = "EXISTS (SELECT 1 FROM rifs_rif r WHERE r.id = rif_id)"
ANSWERED = """EXISTS (SELECT 1 FROM rifs_delivery d JOIN rifs_rif r ON r.id = d.rif_id WHERE d.id = delivery_id)"""
FIRST = """
UPDATE rifs_rif SET version = 1 WHERE published_at IS NOT NULL;
UPDATE rifs_rif SET valid_to = (content ->> 'valid_to')::date WHERE content ->> 'valid_to' ~ '^\\d{4}-\\d\\d-\\d\\d$';
INSERT INTO rifs_version (rif_id, number, content, at, by, note, material)
    SELECT id, 1, content, published_at, published_by, '', false FROM rifs_rif WHERE published_at IS NOT NULL;
UPDATE rifs_delivery SET acknowledged_version = 1 WHERE acknowledged_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rifs", "0004_exchange")]
    operations: ClassVar = [
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        protect("rifs_version", READABLE),
        protect("rifs_feedback", ANSWERED),
    ]
