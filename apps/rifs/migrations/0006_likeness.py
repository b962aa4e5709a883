"""The marks by which RIFs are alike, behind the second wall, and the functions that look them up."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from apps.kernel.wall import protect

MAY = "(SELECT vedette_may('rif.read'))"
#: The overlap of arrays is not leak-proof, so below a policy its index stays unused (docs/decisions/0004): these
#: functions belong to the owner and ask for audience and permission themselves. Whatever they count and return
#: is visible to whoever asks. A moment plus nothing keeps the planner from reading a mark through all moments.
FUNCTIONS = """
CREATE FUNCTION rifs_seen(since timestamptz, until timestamptz, most int) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public SET enable_seqscan = off
SET plan_cache_mode = force_custom_plan AS $$
    SELECT count(*)::int FROM (
        SELECT FROM rifs_likeness
        WHERE audience && (SELECT vedette_audiences()) AND at BETWEEN since AND until AND (SELECT vedette_may('rif.read'))
        LIMIT most
    ) counted
$$;
CREATE FUNCTION rifs_alike(
    own bigint, marks text[], periods int[], since timestamptz, until timestamptz, most int
) RETURNS TABLE (mark text, rif bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public SET enable_seqscan = off
SET plan_cache_mode = force_custom_plan AS $$
    SELECT m.mark, l.rif_id FROM unnest(marks) m(mark) CROSS JOIN LATERAL (
        SELECT rif_id FROM rifs_likeness
        WHERE audience && (SELECT vedette_audiences())
            AND keys && ARRAY(SELECT p || ':' || m.mark FROM unnest(periods) p)
            AND at + interval '0' BETWEEN since AND until AND rif_id <> own AND (SELECT vedette_may('rif.read'))
        LIMIT most + 1
    ) l
$$;
"""
DROP = """
DROP FUNCTION rifs_seen(timestamptz, timestamptz, int);
DROP FUNCTION rifs_alike(bigint, text[], int[], timestamptz, timestamptz, int);
"""


def mark_all(apps: Any, schema_editor: Any) -> None:
    """Store the marks of the RIFs that are open now."""
    from apps.rifs.similar import marked

    rifs, likeness = apps.get_model("rifs", "Rif"), apps.get_model("rifs", "Likeness")
    rows = rifs._base_manager.filter(status__in=["DRAFT", "IN_REVIEW", "PUBLISHED"]).order_by("pk")
    batch = []
    for rif in rows.iterator(chunk_size=500):
        batch.append(likeness(rif_id=rif.pk, **marked(rif)))
        if len(batch) == 500:
            likeness.objects.bulk_create(batch)
            batch = []
    likeness.objects.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rifs", "0005_exchange_wall")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Likeness",
            fields=[
                (
                    "rif",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="likeness",
                        serialize=False,
                        to="rifs.rif",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["keys"], name="likeness_keys"),
                    models.Index(fields=["at"], name="likeness_at"),
                ],
            },
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop, elidable=True),
        protect("rifs_likeness", f"audience && vedette_audiences() AND {MAY}"),
        migrations.RunSQL(FUNCTIONS, DROP),
    ]
