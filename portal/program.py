"""One process of the portal, restarted when it ends by itself."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field

from portal.embedded import ROOT
from portal.embedded.children import die_with_parent

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 60.0  # after this long it counts as healthy again


@dataclass
class Program:
    """A command that has to run for as long as the portal does."""

    name: str
    command: list[str]
    environment: dict[str, str]
    keep: int | None = None
    process: "subprocess.Popen[bytes] | None" = None
    pause: float = FIRST_PAUSE
    started_at: float = field(default_factory=time.monotonic)
    start_after: float = 0.0

    def revive(self) -> str:
        """Start it when it is not running and its pause is over; what to tell the operator, if anything."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_after:
                self.start()
            return ""
        if self.process.poll() is None:
            return ""
        if now - self.started_at > STEADY_SECONDS:
            self.pause = FIRST_PAUSE
        message = f"{self.name} ended ({self.process.returncode}); it starts again in {self.pause:g} s."
        self.process, self.start_after = None, now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return message

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches only the supervisor."""
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=() if self.keep is None else (self.keep,),
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  the supervisor has no threads
        )
        self.started_at = time.monotonic()

    def ask_to_stop(self) -> None:
        """Send TERM, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, end: float) -> None:
        """Wait until `end` (monotonic seconds), then kill it with everything it has started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
