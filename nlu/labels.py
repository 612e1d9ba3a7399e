"""The names of what a worker may mean, as the project says them and as Rasa must spell them.

Rasa reads ``faq/bat_ho`` as a retrieval intent, so inside Rasa a topic is ``faq_bat_ho`` and a question
about the last topic is ``followup_law``. Outside, the labels are ``faq/bat_ho`` and ``followup/law``. Pure.
"""

from __future__ import annotations

from typing import Final

TOPIC_PREFIX: Final = "faq"
FOLLOW_UP_PREFIX: Final = "followup"
FOLLOW_UPS: Final = ("do_now", "how", "signs", "law", "help")
"""The sections of a topic that a worker can ask for without naming the topic again."""

OUT_OF_SCOPE: Final = "out_of_scope"
EMERGENCY: Final = "emergency"
PERHAPS_EMERGENCY: Final = "emergency_perhaps"
"""Numbers to call are shown, and what else may be meant beside them. Nothing is trained for it."""
ALARMS: Final = frozenset({EMERGENCY, PERHAPS_EMERGENCY})
FALLBACK: Final = "nlu_fallback"
"""Rasa's own name for a message that no label is acted on for."""
CLOSE: Final = "close"
"""Two labels are nearly as likely: both are offered."""
UNSURE: Final = "unsure"
"""No label is likely enough: one short question, with the two nearest."""
DOUBTS: Final = frozenset({CLOSE, UNSURE})


def topic_intent(topic: str) -> str:
    """The Rasa intent of a topic id."""
    return f"{TOPIC_PREFIX}_{topic}"


def follow_up_intent(section: str) -> str:
    """The Rasa intent that asks for ``section`` of the last topic."""
    return f"{FOLLOW_UP_PREFIX}_{section}"


def label_of(intent: str) -> str:
    """The project's label of a Rasa intent: ``faq_bat_ho`` → ``faq/bat_ho``; others are their own label."""
    for prefix in (TOPIC_PREFIX, FOLLOW_UP_PREFIX):
        if intent.startswith(f"{prefix}_"):
            return f"{prefix}/{intent[len(prefix) + 1 :]}"
    return intent


def intent_of(label: str) -> str:
    """The inverse of :func:`label_of`."""
    prefix, slash, rest = label.partition("/")
    return f"{prefix}_{rest}" if slash else label
