"""What the tests of reference data start from."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from apps.reference.base import load_hs, load_lists
from apps.reference.editions import load_cn
from apps.reference.report import Report

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "c_nomenclature"
LOADED_AT = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
CN_HEADING = "year,level,code,name_en,section,chapter,supplementary_unit"

Edition = Callable[..., Report]


@pytest.fixture
def base(db: None) -> None:
    """The short lists that ship with the portal."""
    load_lists()


@pytest.fixture
def hs(base: None) -> None:
    """The Harmonized System too; it takes half a second, so only those ask for it that need it."""
    load_hs()


@pytest.fixture
def edition(hs: None) -> Edition:
    """Loads a small edition of the CN from its codes; `lines` are added as they are."""

    def load(year: int, *codes: str, name: str = "Other", lines: tuple[str, ...] = ()) -> Report:
        rows = [f"{year},{len(code)},{code},{name},,,PST" for code in codes]
        text = "\n".join([CN_HEADING, *rows, *lines])
        return load_cn(BytesIO(text.encode()), year=year, at=LOADED_AT)

    return load


@pytest.fixture
def shared() -> Path:
    """The folder of published lists beside the project; tests that need it are skipped without it."""
    if not SHARED.exists():
        pytest.skip("the published lists (shared/data/c_nomenclature) are not on this machine")
    return SHARED
