"""Takes two costs out of Rasa's training that grow with the phrases and change nothing of what is learned.

Rasa copies every phrase many times while it merges its sources, each time by Python's general way of copying;
a phrase that holds nothing but texts is copied here in one step. And Python's search for lost memory looked,
again and again, at the many objects that Rasa and its libraries bring along, which all stay.
"""

from __future__ import annotations

import copy
import gc
from typing import Any, Final

from rasa.shared.nlu.training_data.message import Message

OBJECTS_BETWEEN_SEARCHES: Final = 100_000
"""Python's own number is 700."""


def make_swift() -> None:
    """Put both in place; call once, after Rasa is imported and before the training."""
    Message.__deepcopy__ = copied
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)


def copied(message: Message, memo: dict[int, Any]) -> Message:
    """A copy that shares nothing that can be changed, as ``copy.deepcopy`` made it before."""
    new: Message = object.__new__(type(message))
    memo[id(message)] = new
    if message.features or not all(type(value) is str for value in message.data.values()):
        new.__dict__.update(copy.deepcopy(message.__dict__, memo))
    else:
        new.__dict__.update(message.__dict__)
        new.data = dict(message.data)
        new.features = []
        new.output_properties = set(message.output_properties)
    return new
