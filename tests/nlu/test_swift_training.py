"""Rasa's training made quicker copies what it copied before."""

import copy
from typing import Any

import numpy as np
import pytest
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

from nlu.swift_training import copied

CONTENTS: list[dict[str, Any]] = [
    {"text": "bốc bát họ", "intent": "faq_bat_ho"},
    {"text": "chào", "intent": "greet", "metadata": {"intent": ["a"]}},
    {},
]


def sentence() -> Features:
    return Features(np.ones((1, 2)), "sentence", "text", "origin")


def same(one: Message, other: Message) -> bool:
    kept = ("time", "data", "output_properties")
    return one == other and all(getattr(one, name) == getattr(other, name) for name in kept)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("features", [[], [sentence()]], ids=["plain", "with features"])
def test_a_copy_is_the_same_as_the_slow_one(content: dict[str, Any], features: list[Features]) -> None:
    message = Message(content, output_properties={"intent"}, time=5, features=list(features))
    slow, quick = copy.deepcopy(message), copied(message, {})
    assert same(quick, slow)
    assert len(quick.features) == len(slow.features)


@pytest.mark.parametrize("content", CONTENTS)
def test_changing_the_copy_leaves_the_message_alone(content: dict[str, Any]) -> None:
    message = Message(content)
    before = copy.deepcopy(message)
    quick = copied(message, {})
    quick.set("text", "khác", add_to_output=True)
    quick.set("entities", [], add_to_output=True)
    quick.add_features(sentence())
    if "metadata" in quick.data:
        quick.data["metadata"]["intent"].append("b")
    assert same(message, before)
    assert message.features == []


def test_a_message_that_stands_twice_is_copied_once() -> None:
    message = Message(CONTENTS[0])
    memo: dict[int, Any] = {}
    quick = copied(message, memo)
    assert copy.deepcopy([message, message], memo) == [quick, quick]
    assert memo[id(message)] is quick
