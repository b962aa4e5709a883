"""Search cards behind the second wall, and the functions that keep their indexes in use."""

from typing import ClassVar

from django.db import migrations

from apps.kernel.wall import protect
from apps.search import wall


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0001_initial"), ("audit", "0002_chain")]
    operations: ClassVar = [
        migrations.RunSQL(wall.FUNCTIONS, wall.DROP),
        protect("search_entry", "audience && vedette_audiences()"),
        protect("search_identifier", "EXISTS (SELECT 1 FROM search_entry e WHERE e.id = entry_id)"),
    ]
