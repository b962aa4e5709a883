"""Reports to other networks and templates, each behind the wall for the administration whose own they are."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from apps.kernel.wall import protect

#: Whoever may read the RIF and acts for its issuer; not its addressees, not overseers.
ISSUER = """EXISTS (SELECT 1 FROM rifs_rif r
    WHERE r.id = rif_id AND r.issuer_id = ANY ((SELECT vedette_audiences())::int[]))"""
OWN = "organisation_id = ANY ((SELECT vedette_audiences())::int[]) AND (SELECT vedette_may('rif.draft'))"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("organisations", "0001_initial"), ("rifs", "0006_likeness")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ChannelReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=12)),
                ("basis", models.CharField(max_length=20)),
                ("reference", models.CharField(max_length=60)),
                ("reported_on", models.DateField()),
                ("from_draft", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                (
                    "rif",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channel_reports",
                        to="rifs.rif",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["channel", "reference"], name="channelreport_reference")],
                "constraints": [
                    models.UniqueConstraint(fields=("rif", "channel", "reference"), name="channelreport_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RifTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("content", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rif_templates",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="riftemplate_name_once")],
            },
        ),
        protect("rifs_channelreport", ISSUER),
        protect("rifs_riftemplate", OWN),
    ]
