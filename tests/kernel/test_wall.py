"""The second wall holds when every query forgets the first."""

from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from apps.kernel.actor import system_actor
from apps.kernel.subjects import registers
from apps.kernel.wall import behind_wall
from apps.rifs.models import Delivery, Rif
from apps.search.models import Entry, Identifier
from tests.conftest import Publish


def test_without_a_reader_no_row_of_any_register_exists(publish: Publish) -> None:
    publish()
    assert not Rif.objects.exists()
    assert not Delivery.objects.exists()
    assert not Entry.objects.exists()
    assert not Identifier.objects.exists()


def test_every_register_stands_behind_the_wall(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        walled = {row[0] for row in cursor.fetchall()}
    assert {register._meta.db_table for register in registers()} <= walled


def test_the_application_role_is_neither_owner_nor_superuser(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_a_reader_sees_its_own_rows_and_the_outer_reader_comes_back(cast: SimpleNamespace, publish: Publish) -> None:
    publish()
    with behind_wall(cast.german_analyst.actor):
        assert Rif.objects.count() == 1
        with behind_wall(cast.french_analyst.actor):
            assert Rif.objects.count() == 0
        assert Rif.objects.count() == 1
    assert Rif.objects.count() == 0


def test_the_outer_reader_comes_back_after_an_error_too(cast: SimpleNamespace, publish: Publish) -> None:
    publish()
    with behind_wall(cast.german_analyst.actor):
        with pytest.raises(ZeroDivisionError), behind_wall(cast.french_analyst.actor):
            raise ZeroDivisionError
        assert Rif.objects.count() == 1


def test_a_role_that_may_not_read_rifs_sees_none_of_its_own_organisation(
    cast: SimpleNamespace, publish: Publish
) -> None:
    publish()
    with behind_wall(cast.italian_admin.actor):
        assert not Rif.objects.exists()
        assert not Delivery.objects.exists()
        assert not Entry.objects.exists()


def test_nobody_writes_a_row_that_they_could_not_read(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    with pytest.raises(ProgrammingError), transaction.atomic(), behind_wall(cast.german_analyst.actor):
        Rif.objects.filter(pk=rif.pk).update(audience=[])


def test_the_portal_itself_reads_everything(publish: Publish) -> None:
    publish()
    with behind_wall(system_actor()):
        assert Rif.objects.count() == 1


def test_the_first_wall_holds_alone(cast: SimpleNamespace, publish: Publish) -> None:
    publish()
    with behind_wall(system_actor()):
        for stranger in (cast.french_analyst, cast.trader, cast.italian_admin, cast.agency):
            assert not Rif.objects.visible_to(stranger.actor).exists()
            assert not Entry.objects.visible_to(stranger.actor).exists()
            assert not Delivery.objects.received_by(stranger.actor).exists()
        assert Rif.objects.visible_to(cast.german_analyst.actor).count() == 1
