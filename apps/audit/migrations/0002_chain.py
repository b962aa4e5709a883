"""The chain of each log, and the functions by which the second wall knows the reader."""

from typing import ClassVar

from django.db import migrations

from apps.audit.chain import CHAINS, KEEP, install
from apps.kernel import wall


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(wall.FUNCTIONS, wall.DROP_FUNCTIONS),
        migrations.RunSQL(KEEP, "DROP FUNCTION audit_keep() CASCADE"),
        *(migrations.RunSQL(install(table), f"DROP FUNCTION {table}_link() CASCADE") for table in CHAINS),
    ]
