"""Every write to a RIF. Page, API, import and command call these and nothing else."""

from apps.rifs.actions.answering import acknowledge, open_
from apps.rifs.actions.attaching import attach, detach
from apps.rifs.actions.drafting import add_row, discard, draft, edit, remove_row, send_back, submit
from apps.rifs.actions.publishing import cancel, close, publish
from apps.rifs.actions.searching import forget_search, keep_search
from apps.rifs.actions.transcribing import transcribe

__all__ = [
    "acknowledge", "add_row", "attach", "cancel", "close", "detach", "discard", "draft", "edit", "forget_search",
    "keep_search", "open_", "publish", "remove_row", "send_back", "submit", "transcribe",
]  # fmt: skip
