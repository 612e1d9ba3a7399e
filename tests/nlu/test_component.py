"""The classifier inside Rasa: trained, stored and loaded through Rasa's own storage."""

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.classifier import VietnameseClassifier, means_something, told
from nlu.components.tokenizer import VietnameseTokenizer
from tests.nlu.conftest import ROOT

PHRASES = {
    "greet": ["xin chào", "chào bạn", "hello bạn", "alo có ai không", "chào buổi sáng"],
    "thank": ["cảm ơn bạn", "thanks nha", "cám ơn nhiều", "đội ơn bạn", "cảm ơn đã giúp"],
    "faq_bat_ho": ["bốc bát họ", "vay góp ngày", "bốc 10 ăn 8", "đảo họ", "trả góp từng ngày"],
}


@pytest.fixture
def trained(tmp_path: Path) -> tuple[VietnameseClassifier, LocalModelStorage, Resource]:
    storage, resource = LocalModelStorage(tmp_path), Resource("classifier")
    config = {"lexicon": str(ROOT / "data" / "lexicon.yml"), "recipe": {"noise": 1}}
    component = VietnameseClassifier.create(config, storage, resource, context())
    messages = [
        Message({"text": text, "intent": intent}) for intent, texts in PHRASES.items() for text in texts
    ]
    component.train(TrainingData(messages))
    return component, storage, resource


def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


def read(component: VietnameseClassifier, text: str) -> Message:
    return component.process([Message({"text": text})])[0]


def test_a_loaded_component_reads_as_the_trained_one(
    trained: tuple[VietnameseClassifier, LocalModelStorage, Resource],
) -> None:
    component, storage, resource = trained
    loaded = VietnameseClassifier.load({}, storage, resource, context())
    for text in ("chao ban nhe", "cam on", "bốc bát họ"):
        assert read(loaded, text).get("intent_ranking") == read(component, text).get("intent_ranking")
    assert read(loaded, "boc bat ho").get("intent")["name"] == "faq_bat_ho"


def test_what_was_found_in_a_text_goes_on_with_it_and_is_told_to_nobody(
    trained: tuple[VietnameseClassifier, LocalModelStorage, Resource],
) -> None:
    message = read(trained[0], "nó đang cầm dao đứng trước phòng em")
    assert "danger_violence_now" in message.get("evidence")
    assert "evidence" not in message.as_dict(only_output_properties=True)


def test_a_text_that_tells_nothing_is_out_of_scope_without_any_confidence(
    trained: tuple[VietnameseClassifier, LocalModelStorage, Resource],
) -> None:
    for text in ("", "🍜🍜", "1", "...", "3."):
        assert read(trained[0], text).get("intent") == {"name": "out_of_scope", "confidence": 0.0}


def test_the_chance_of_an_emergency_is_told_however_small() -> None:
    ranking = [("greet", 0.6), ("thank", 0.3), ("faq_bat_ho", 0.06), ("emergency", 0.04)]
    assert told(ranking, 2) == [("greet", 0.6), ("thank", 0.3), ("emergency", 0.04)]
    assert told(ranking, 4) == ranking


@pytest.mark.parametrize(("text", "something"), [("ok", True), ("0912 345 678", True), ("12", False)])
def test_letters_or_a_telephone_number_mean_something(text: str, something: bool) -> None:
    assert means_something(text) is something


def test_tokens_are_lower_case_words_with_folded_lemmas() -> None:
    tokenizer = VietnameseTokenizer(VietnameseTokenizer.get_default_config())
    message = Message({"text": "Nợ  XẤU, hoà giải!"})
    tokens = tokenizer.tokenize(message, "text")
    assert [token.text for token in tokens] == ["nợ", "xấu", "hòa", "giải"]
    assert [token.lemma for token in tokens] == ["no", "xau", "hoa", "giai"]
    assert [(token.start, token.end) for token in tokens] == [(0, 2), (3, 6), (8, 11), (12, 16)]


def test_training_phrases_get_tokens_unless_nobody_needs_them() -> None:
    config = VietnameseTokenizer.get_default_config()
    phrases = TrainingData([Message({"text": "bốc họ", "intent": "faq_bat_ho"})])
    spared = VietnameseTokenizer({**config, "tokens_for_training": False}).process_training_data(phrases)
    assert spared.training_examples[0].get("text_tokens") is None
    done = VietnameseTokenizer(config).process_training_data(phrases)
    assert [token.text for token in done.training_examples[0].get("text_tokens")] == ["bốc", "họ"]
