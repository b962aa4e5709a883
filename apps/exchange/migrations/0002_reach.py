"""Who can read which RIF from which place of the change feed on, kept by the database."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from apps.exchange import reach


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("exchange", "0001_initial"),
        ("audit", "0002_chain"),
        ("organisations", "0001_initial"),
        ("rifs", "0002_wall"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Reach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=30)),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "rif",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rifs.rif"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "since"], name="reach_since"),
                    models.Index(
                        fields=["organisation", "until"], condition=Q(until__isnull=False), name="reach_until"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["rif", "organisation"], condition=Q(until=None), name="reach_once_at_a_time"
                    ),
                    models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="reach_in_order"),
                ],
            },
        ),
        migrations.RunSQL(reach.KEEP, reach.DROP),
        migrations.RunSQL(reach.WALL, reach.UNWALL),
        migrations.RunSQL(reach.BASELINE, migrations.RunSQL.noop),
    ]
