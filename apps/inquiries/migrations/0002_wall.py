"""Requests, their messages and consents behind the second wall. The permission is asked once a statement."""

from typing import ClassVar

from django.db import migrations

from apps.kernel.wall import protect

MAY = "(SELECT vedette_may('inquiry.read'))"
OF_A_REQUEST = "EXISTS (SELECT 1 FROM inquiries_inquiry i WHERE i.id = inquiry_id)"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("inquiries", "0001_initial"), ("rifs", "0003_wall_asks_once"), ("search", "0002_wall")]
    operations: ClassVar = [
        protect("inquiries_inquiry", f"audience && vedette_audiences() AND {MAY}"),
        protect("inquiries_message", OF_A_REQUEST),
        protect("inquiries_consent", OF_A_REQUEST),
        migrations.RunSQL(
            f"CREATE POLICY inquiries ON search_entry AS RESTRICTIVE"
            f" USING (subject_type <> 'inquiries.inquiry' OR {MAY})",
            "DROP POLICY inquiries ON search_entry",
        ),
    ]
