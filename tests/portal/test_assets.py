"""The front-end assets are what the lock file says, and ask nobody else for anything."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from portal import assets

PACKAGE = {
    "package": "@an/example",
    "version": "1.0.0",
    "files": {"dist/style.css": "static/vendor/an/style.css"},
}
CSS = '@font-face{font-family:X;src:url("https://fonts.example/x.woff2")}body{color:red}'


def archive(folder: Path, css: str = CSS) -> Path:
    """A package as npm delivers it."""
    path = folder / "an-example-1.0.0.tgz"
    with tarfile.open(path, "w:gz") as file:
        member = tarfile.TarInfo("package/dist/style.css")
        member.size = len(css.encode())
        file.addfile(member, io.BytesIO(css.encode()))
    return path


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """An npm that writes the example; the archives it has written."""
    written: list[Path] = []

    def pack(packages: list[assets.Package], folder: Path) -> list[Path]:
        written.extend(archive(folder) for _ in packages)
        return written[-len(packages) :]

    monkeypatch.setattr(assets, "pack", pack)
    return written


def test_a_font_on_another_host_is_dropped() -> None:
    assert assets.without_remote_fonts(CSS) == "body{color:red}"


@pytest.mark.parametrize("address", ["https://x.example/y.png", "'http://x.example/y'", '"//x.example/y"'])
def test_any_other_call_to_another_host_stops_the_build(address: str) -> None:
    with pytest.raises(assets.AssetError, match="another host"):
        assets.without_remote_fonts(f"body{{background:url({address})}}")


def test_the_second_fetch_is_free(tmp_path: Path, served: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    # The checksum of a packed archive holds its time of day: vouch for whatever was served.
    monkeypatch.setattr(assets, "checksum", lambda _path: "sha512-same")
    wanted = [PACKAGE | {"sha512": "sha512-same"}]
    assert assets.fetch(wanted, tmp_path)
    assert (tmp_path / "static/vendor/an/style.css").read_text() == "body{color:red}"
    assert not assets.fetch(wanted, tmp_path)
    assert len(served) == 1


def test_a_lost_file_is_fetched_again(tmp_path: Path, served: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "checksum", lambda _path: "sha512-same")
    wanted = [PACKAGE | {"sha512": "sha512-same"}]
    assets.fetch(wanted, tmp_path)
    (tmp_path / "static/vendor/an/style.css").unlink()
    assert assets.fetch(wanted, tmp_path)
    assert len(served) == 2


def test_a_changed_archive_is_refused_and_nothing_is_written(tmp_path: Path, served: list[Path]) -> None:
    with pytest.raises(assets.AssetError, match="vouches"):
        assets.fetch([PACKAGE | {"sha512": "sha512-other"}], tmp_path)
    assert not list(tmp_path.rglob("*.css"))


def test_a_member_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetError, match=r"holds no dist/none\.js"):
        assets.unpack(archive(tmp_path), {"dist/none.js": "none.js"}, tmp_path)


def test_the_lock_file_names_no_address_and_only_ignored_places() -> None:
    text = assets.LOCK.read_text()
    assert "http" not in text
    for each in json.loads(text)["packages"]:
        assert each["sha512"].startswith("sha512-")
        assert all(place.startswith(("static/vendor/", "tests/vendor/", "var/")) for place in each["files"].values())


def test_requirements_are_pinned_with_hashes_and_without_addresses() -> None:
    for path in (assets.ROOT / "requirements").glob("*.txt"):
        lines = path.read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-")]
        pins = [line for line in lines if line and not line.startswith((" ", "#"))]
        assert pins
        assert all("==" in line and line.endswith("\\") for line in pins)
