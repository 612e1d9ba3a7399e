"""When to answer, when to offer two, when to ask."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from nlu.components.doubt import DEFAULTS, Doubt, decision

Ranking = list[tuple[str, float]]


def decide(ranking: Ranking, after_topic: bool = False) -> str:
    return decision(ranking, after_topic=after_topic, **DEFAULTS)


@pytest.mark.parametrize(
    ("ranking", "decided"),
    [
        ([("faq_bat_ho", 0.8), ("greet", 0.1)], "faq_bat_ho"),
        ([("faq_bat_ho", 0.41), ("faq_interest_law", 0.38)], "close"),
        ([("faq_bat_ho", 0.3), ("faq_interest_law", 0.25)], "close"),
        ([("faq_bat_ho", 0.2), ("faq_interest_law", 0.1)], "unsure"),
        ([("out_of_scope", 0.7), ("faq_bat_ho", 0.2)], "out_of_scope"),
        ([("out_of_scope", 0.3), ("faq_bat_ho", 0.28)], "unsure"),
        ([("faq_bat_ho", 0.35), ("out_of_scope", 0.3)], "unsure"),
        ([("out_of_scope", 0.0)], "unsure"),
        ([("faq_debt_terror", 0.6), ("emergency", 0.35)], "emergency"),
        ([("faq_debt_terror", 0.9), ("emergency", 0.05)], "faq_debt_terror"),
    ],
)
def test_the_decision_follows_the_ranking(ranking: Ranking, decided: str) -> None:
    assert decide(ranking) == decided


def test_a_follow_up_counts_without_a_topic_only_when_it_is_sure() -> None:
    assert decide([("followup_law", 0.9), ("faq_interest_law", 0.05)]) == "followup_law"
    assert decide([("followup_law", 0.35), ("faq_interest_law", 0.3)]) == "unsure"
    assert decide([("faq_interest_law", 0.55), ("followup_law", 0.42)]) == "faq_interest_law"
    assert decide([("faq_interest_law", 0.55), ("followup_law", 0.42)], after_topic=True) == "close"


def test_in_doubt_rasa_gets_its_fallback_and_the_ranking_stays() -> None:
    ranking = [{"name": "faq_bat_ho", "confidence": 0.3}, {"name": "greet", "confidence": 0.29}]
    message = Message({"text": "…", "intent": ranking[0], "intent_ranking": ranking})
    Doubt({}).process([message])
    assert message.get("intent")["name"] == "nlu_fallback"
    assert message.get("doubt") == "close"
    assert message.get("intent_ranking") == ranking
