"""A word that stands in most RIFs is read from the newest backwards, a rare one through the words.

The planner can only choose between the two when it plans each search by its own words.
"""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0002_wall")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="entry", index=models.Index(models.OrderBy(models.F("at"), descending=True), name="entry_newest")
        ),
        migrations.RunSQL(
            "ALTER FUNCTION search_words(tsquery, int) SET plan_cache_mode = force_custom_plan",
            "ALTER FUNCTION search_words(tsquery, int) RESET plan_cache_mode",
        ),
    ]
