"""A notice names the saved search that found its subject."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("notifications", "0002_wall")]
    operations: ClassVar = [
        migrations.AddField(
            "notice", "search", models.CharField(blank=True, default="", max_length=60), preserve_default=False
        ),
    ]
