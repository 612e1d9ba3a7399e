"""When to answer, when to offer two, when to ask."""

import pytest
from rasa.shared.nlu.training_data.message import Message

from backend.text.danger import Danger
from nlu.components.doubt import DEFAULTS, Doubt, decision, warned

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
        ([("emergency", 0.6), ("faq_debt_terror", 0.35)], "emergency"),
        ([("emergency", 0.4), ("faq_debt_terror", 0.35)], "emergency_perhaps"),
        ([("faq_debt_terror", 0.8), ("emergency", 0.1)], "emergency_perhaps"),
        ([("faq_debt_terror", 0.9), ("emergency", 0.05)], "faq_debt_terror"),
        ([("faq_debt_terror", 0.41), ("emergency", 0.05)], "emergency_perhaps"),
        ([("faq_debt_terror", 0.41), ("emergency", 0.01)], "unsure"),
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


def test_what_may_be_an_emergency_leaves_the_others_to_be_offered_beside_it() -> None:
    ranking = [{"name": "faq_debt_terror", "confidence": 0.7}, {"name": "emergency", "confidence": 0.2}]
    message = Message({"text": "…", "intent": ranking[0], "intent_ranking": ranking})
    Doubt({}).process([message])
    assert message.get("intent") == {"name": "emergency_perhaps", "confidence": 0.2}
    assert message.get("doubt") == "unsure"
    assert message.get("intent_ranking") == ranking


def test_a_text_that_the_classifier_read_is_not_read_again() -> None:
    ranking = [{"name": "faq_debt_terror", "confidence": 0.9}, {"name": "greet", "confidence": 0.05}]
    carried = {
        "text": "họ giữ em ở đây",
        "evidence": ["danger_held"],
        "intent": ranking[0],
        "intent_ranking": ranking,
    }
    message = Message(carried)
    Doubt({}).process([message])
    assert message.get("intent")["name"] == "emergency"


IN_DANGER = "nó đang đập cửa phòng em, cứu em"


def read(text: str, ranking: Ranking) -> Message:
    named = [{"name": label, "confidence": chance} for label, chance in ranking]
    message = Message({"text": text, "intent": named[0], "intent_ranking": named})
    Doubt({}).process([message])
    return message


def test_an_imminent_danger_that_the_rules_see_is_an_emergency_whatever_the_classifier_thinks() -> None:
    message = read(IN_DANGER, [("faq_debt_terror", 0.9), ("greet", 0.05)])
    first = message.get("intent_ranking")[0]
    assert message.get("intent") == first
    assert first["name"] == "emergency"
    assert 0.5 < first["confidence"] < 0.7
    assert message.get("doubt") is None


def test_without_diacritics_the_rules_are_evidence_and_the_classifier_is_not_overruled() -> None:
    unmarked = "no dang dap cua phong em, cuu em"
    topic: Ranking = [("faq_debt_terror", 0.9), ("emergency", 0.0002)]
    assert read(unmarked, topic).get("intent")["name"] == "faq_debt_terror"
    perhaps: Ranking = [("faq_debt_terror", 0.9), ("emergency", 0.01)]
    assert read(unmarked, perhaps).get("intent")["name"] == "emergency_perhaps"
    likely: Ranking = [("faq_debt_terror", 0.8), ("emergency", 0.1)]
    assert read(unmarked, likely).get("intent")["name"] == "emergency"


def test_what_both_see_is_nearly_certain() -> None:
    message = read(IN_DANGER, [("emergency", 0.4), ("faq_debt_terror", 0.4)])
    assert message.get("intent")["confidence"] > 0.95


def test_a_threat_without_a_time_is_evidence_and_no_more() -> None:
    threat = "nó dọa giết cả nhà em"
    assert read(threat, [("faq_debt_terror", 0.9), ("emergency", 0.01)]).get("intent")["name"] == (
        "faq_debt_terror"
    )
    assert read(threat, [("faq_debt_terror", 0.9), ("emergency", 0.05)]).get("intent")["name"] == (
        "emergency_perhaps"
    )


def test_without_danger_the_ranking_stays_untouched() -> None:
    ranking: Ranking = [("faq_bat_ho", 0.9), ("greet", 0.05)]
    told = read("bát họ là gì", ranking).get("intent_ranking")
    assert [(each["name"], each["confidence"]) for each in told] == ranking


@pytest.mark.parametrize("imminent", [True, False])
@pytest.mark.parametrize("chance", [0.0, 0.2, 0.5, 1.0])
def test_chances_stay_chances_and_in_order(imminent: bool, chance: float) -> None:
    rest = 1 - chance
    ranking = [("emergency", chance), ("faq_debt_terror", rest * 0.7), ("greet", rest * 0.3)]
    after = warned(sorted(ranking, key=lambda each: -each[1]), Danger("violence_now", imminent))
    chances = [each[1] for each in after]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) <= 1.001
    assert dict(after)["emergency"] >= min(chance, 0.999)
