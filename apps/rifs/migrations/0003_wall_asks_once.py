"""The policies ask for the permission once a statement, not once a row.

As a subquery the answer is a constant of the plan. The planner then also knows how many rows to
expect, and reads a page of the register from its index instead of sorting all that is visible.
"""

from typing import ClassVar

from django.db import migrations

from apps.kernel.actor import SYSTEM_READER

SYSTEM = f"{SYSTEM_READER} = ANY (vedette_audiences())"
MAY = "vedette_may('rif.read')"
OWN = "organisation_id = ANY (vedette_audiences())"
EXISTS = "EXISTS (SELECT 1 FROM rifs_rif r WHERE r.id = rif_id)"


def rules(system: str, may: str) -> str:
    """The three policies with these two conditions."""
    return (
        f"ALTER POLICY wall ON rifs_rif USING (audience && vedette_audiences() AND {may});"
        f"ALTER POLICY wall ON rifs_delivery USING (({OWN} AND {may}) OR {system} OR {EXISTS});"
        f"ALTER POLICY rifs ON search_entry USING (subject_type <> 'rifs.rif' OR {may});"
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rifs", "0002_wall")]
    operations: ClassVar = [
        migrations.RunSQL(rules(f"(SELECT {SYSTEM})", f"(SELECT {MAY})"), rules(SYSTEM, MAY)),
    ]
