"""Every write to a RIF. Page, API, import and command call these and nothing else."""

from apps.rifs.actions.answering import acknowledge, assess, give_feedback, open_, take_measures, withdraw_profile
from apps.rifs.actions.attaching import attach, detach
from apps.rifs.actions.copying import copy
from apps.rifs.actions.drafting import add_row, discard, draft, edit, remove_row, send_back, submit
from apps.rifs.actions.ending import cancel, close, expire, recall
from apps.rifs.actions.publishing import publish
from apps.rifs.actions.reminding import remind
from apps.rifs.actions.reporting import report_elsewhere
from apps.rifs.actions.revising import publish_version, revise
from apps.rifs.actions.searching import forget_search, keep_search, settle_search
from apps.rifs.actions.snoozing import snooze, wake
from apps.rifs.actions.taking_back import take_back
from apps.rifs.actions.templating import begin_with, forget_template, keep_as_template
from apps.rifs.actions.transcribing import transcribe

__all__ = [
    "acknowledge", "add_row", "assess", "attach", "begin_with", "cancel", "close", "copy", "detach", "discard",
    "draft", "edit", "expire", "forget_search", "forget_template", "give_feedback", "keep_as_template",
    "keep_search", "open_", "publish", "publish_version", "recall", "remind", "remove_row", "report_elsewhere",
    "revise", "send_back", "settle_search", "snooze", "submit", "take_back", "take_measures", "transcribe", "wake",
    "withdraw_profile",
]  # fmt: skip
