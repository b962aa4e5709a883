"""Child processes that neither outlive their parent nor leave others behind."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def die_with_parent(sign: signal.Signals) -> Callable[[], None]:
    """A hook for a new child: `sign` reaches it when its parent is gone, even if that was killed."""
    parent = os.getpid()

    def hook() -> None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sign)
        if os.getppid() != parent:  # it died between the fork and this line
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def living_in(folder: Path) -> list[int]:
    """The processes whose working folder is `folder`; only the owner's own, unless root asks."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:  # gone meanwhile, or of somebody else
                continue
    return found


def end_leftovers(folder: Path, gently: signal.Signals) -> None:
    """End the servers that a killed keeper left in `folder`: `gently`, and by KILL after ten seconds."""
    for sign, seconds in ((gently, 10.0), (signal.SIGKILL, 5.0)):
        for pid in living_in(folder):
            send(pid, sign)
        end = time.monotonic() + seconds
        while living_in(folder):
            if time.monotonic() > end:
                break
            time.sleep(0.05)
        else:
            return


def send(pid: int, sign: signal.Signals) -> None:
    """Send a signal to a process that may be gone."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return
