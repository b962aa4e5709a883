"""Webhooks and their messages, behind the second wall: they are of whoever manages the organisation's keys."""

import django.db.models.deletion
from django.db import migrations, models

from apps.kernel.wall import protect


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_reach"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Webhook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("address", models.CharField(max_length=500)),
                ("sealed_secret", models.CharField(max_length=200)),
                ("number", models.BigIntegerField()),
                ("event", models.BigIntegerField()),
                ("created_at", models.DateTimeField()),
                ("created_by", models.CharField(max_length=200)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField()),
                ("event", models.BigIntegerField()),
                ("kind", models.CharField(max_length=60)),
                ("reference", models.CharField(max_length=30)),
                ("written_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("last_status", models.PositiveSmallIntegerField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                (
                    "webhook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="exchange.webhook"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("created_at")), _connector="OR"),
                name="webhook_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("next_attempt_at__isnull", False)),
                fields=["webhook", "next_attempt_at"],
                name="webhookdelivery_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["webhook", "-id"], name="webhookdelivery_latest"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(fields=("webhook", "number", "event"), name="webhookdelivery_once"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken_at", None), ("next_attempt_at", None), _connector="OR"),
                name="webhookdelivery_taken_or_waiting",
            ),
        ),
        protect(
            "exchange_webhook",
            "(organisation_id = ANY (vedette_audiences()) AND vedette_may('keys.manage')) OR -1 = ANY (vedette_audiences())",
        ),
        protect("exchange_webhookdelivery", "EXISTS (SELECT 1 FROM exchange_webhook w WHERE w.id = webhook_id)"),
    ]
