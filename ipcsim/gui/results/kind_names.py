"""What the kinds of findings are called where there is room for two words."""

from __future__ import annotations

from ipcsim.language import _


def name_of_kind(kind: str) -> str:
    """In the reader's language."""
    return _names()[kind]


def _names() -> dict[str, str]:
    return {
        "back_pressure": _("back-pressure"),
        "barrier_short": _("barrier too large"),
        "blocked": _("blocked"),
        "broken_barrier": _("broken barrier"),
        "cannot_end": _("can't end"),
        "changed_copy": _("changed a copy"),
        "check_then_act": _("check, then act"),
        "collected_too_early": _("collected too early"),
        "convoy": _("lock convoy"),
        "daemon_cut_off": _("daemon cut off"),
        "data_race": _("data race"),
        "deadlock": _("deadlock"),
        "empty_is_a_guess": _("empty() is a guess"),
        "exception": _("exception"),
        "fork_with_threads": _("fork with threads"),
        "get_after_pool": _("get() after the pool"),
        "incomplete": _("incomplete"),
        "inconsistent": _("inconsistent"),
        "interleaved": _("mixed output"),
        "interrupted_pool": _("interrupted pool"),
        "killed": _("killed"),
        "livelock": _("livelock"),
        "lock_order": _("lock order"),
        "lost_return_value": _("lost return value"),
        "lost_update": _("lost update"),
        "lost_wakeup": _("lost wake-up"),
        "missing_module": _("missing module"),
        "missing_parentheses": _("missing parentheses"),
        "never_acknowledged": _("never acknowledged"),
        "never_closed": _("never closed"),
        "never_joined": _("never joined"),
        "never_received": _("message never received"),
        "never_unlinked": _("never unlinked"),
        "no_main_guard": _("no main guard"),
        "not_known": _("not known"),
        "not_picklable": _("not picklable"),
        "open_end": _("open end"),
        "orphaned_lock": _("orphaned lock"),
        "over_release": _("released too often"),
        "passed_over": _("passed over"),
        "plain_global": _("plain global"),
        "possible_lost_update": _("possible lost update"),
        "serialised": _("one at a time"),
        "starvation": _("starvation"),
        "still_going": _("still going"),
        "unfair": _("unfair"),
        "unheard_error": _("unheard error"),
        "wait_without_while": _("wait without while"),
        "worker_died": _("worker died"),
    }
