"""Searches that are shared or tell their owner, and what a person has put off; each behind the second wall."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.kernel.actor import SYSTEM_READER
from apps.kernel.wall import protect

SYSTEM = f"(SELECT {SYSTEM_READER} = ANY (vedette_audiences()))"
#: For reading only: a shared search is still written by its owner alone.
SHARED = "shared AND organisation_id = ANY (vedette_audiences()) AND (SELECT vedette_may('rif.read'))"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rifs", "0007_channels"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations: ClassVar = [
        migrations.AddField("savedsearch", "shared", models.BooleanField(default=False)),
        migrations.AddField("savedsearch", "notify", models.BooleanField(default=False)),
        migrations.AddIndex(
            "savedsearch",
            models.Index(fields=["organisation"], condition=models.Q(shared=True), name="savedsearch_shared"),
        ),
        migrations.AddIndex(
            "savedsearch",
            models.Index(fields=["organisation"], condition=models.Q(notify=True), name="savedsearch_notify"),
        ),
        migrations.CreateModel(
            name="Snooze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField()),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rif",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="snoozes", to="rifs.rif"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("person", "rif"), name="snooze_once")]},
        ),
        migrations.RunSQL(
            f"CREATE POLICY shared ON rifs_savedsearch FOR SELECT USING (({SHARED}) OR {SYSTEM})",
            "DROP POLICY shared ON rifs_savedsearch",
        ),
        protect("rifs_snooze", "person_id = vedette_reader()"),
    ]
