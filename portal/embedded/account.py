"""The system account that PostgreSQL runs as when root starts it, and what that account can reach."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from portal.embedded import EmbeddedError

NAME = "vedette"
FOLDER = Path("/var/lib") / NAME
READ, READ_AND_ENTER, ENTER = 0o444, 0o555, 0o001

Account = pwd.struct_passwd


def server_account() -> Account | None:
    """The account of the server: None for an ordinary user, who runs it as himself."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return create()


def create() -> Account:
    """Make the account; `nobody` serves on a machine where root cannot make one."""
    program = shutil.which("useradd") or "useradd"
    command = [program, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError):
        return pwd.getpwnam("nobody")


def reachable(path: Path, account: Account | None) -> bool:
    """Whether the account may pass through every folder above `path`."""
    if account is None:
        return True
    parents = [parent.stat() for parent in path.parents if parent.exists()]
    return all(found.st_mode & ENTER or found.st_uid == account.pw_uid for found in parents)


def make_private(folder: Path, account: Account | None) -> None:
    """A folder that only the account of the server may enter (and root)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    owner = account.pw_uid if account else os.geteuid()
    if folder.is_symlink() or found.st_uid not in {owner, os.geteuid()}:
        raise EmbeddedError(f"{folder} belongs to somebody else.")
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def usable_programs(origin: Path, account: Account | None) -> Path:
    """The server's programs, copied to where its account can read them if need be."""
    sample = (origin / "bin" / "postgres").stat()
    if account is None or (reachable(origin / "bin" / "postgres", account) and sample.st_mode & ENTER):
        return origin
    copy = FOLDER / f"programs-{sample.st_size}-{int(sample.st_mtime)}"
    package = origin.parent
    if not copy.exists():
        draft = copy.with_suffix(f".{os.getpid()}")
        # The programs look for their libraries in the folder beside the package.
        for part in (origin, package.with_name(f"{package.name}.libs")):
            if part.exists():
                place = draft / part.relative_to(package.parent)
                shutil.copytree(part, place, ignore=shutil.ignore_patterns("include", "*.a"))
        open_to_all(draft)
        draft.rename(copy)
    return copy / origin.relative_to(package.parent)


def open_to_all(folder: Path) -> None:
    """Let everybody read a folder of programs and what is in it."""
    FOLDER.chmod(0o755)
    for path in [folder, *folder.rglob("*")]:
        enter = path.is_dir() or path.parent.name == "bin"
        path.chmod(path.stat().st_mode | (READ_AND_ENTER if enter else READ))
