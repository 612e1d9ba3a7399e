"""Labels are the same thing inside and outside of Rasa."""

import pytest

from nlu.labels import intent_of, label_of


@pytest.mark.parametrize(
    ("intent", "label"),
    [("faq_bat_ho", "faq/bat_ho"), ("followup_do_now", "followup/do_now"), ("out_of_scope", "out_of_scope")],
)
def test_an_intent_and_its_label_name_each_other(intent: str, label: str) -> None:
    assert label_of(intent) == label
    assert intent_of(label) == intent
