"""With Rasa stopped, every topic is still found: by its title, by what workers call it, by plain questions.

Asked as a worker asks, through the bot over HTTP, which falls back to the backend's own search. Danger comes
before any topic, so a message that reads like one may get the numbers to call instead.
"""

import secrets

import pytest
import yaml

from backend.knowledge.content.document import Topic
from backend.knowledge.content.markdown import parse
from backend.text.normalize import fold
from bot.settings import ROOT
from tests.bot.channel_contract import Seen
from tests.bot.house import House
from tests.bot.web_driver import WebWorker

TOPICS: dict[str, Topic] = {
    path.stem: parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "data" / "knowledge").glob("*.md"))
}
QUESTIONS: dict[str, list[str]] = yaml.safe_load(
    (ROOT / "tests" / "bot" / "topic_questions.yml").read_text(encoding="utf-8")
)


class Askers:
    """People who have written nothing before, one for each text; the same text is asked once."""

    def __init__(self, url: str) -> None:
        self._phone = WebWorker(url)
        self._seen: dict[str, Seen] = {}

    def ask(self, text: str) -> Seen:
        """What somebody sees whose first message this is."""
        if text not in self._seen:
            self._phone.user = secrets.token_urlsafe(16)
            self._phone.forget_room()
            self._seen[text] = self._phone.say(text)
        return self._seen[text]


@pytest.fixture(scope="module")
def askers(house: House) -> Askers:
    return Askers(house.url)


def found(seen: Seen) -> list[str]:
    """The topics that the choices lead to: of one that was answered, or of those that are offered."""
    return [button.id.split(".")[1] for button in seen.buttons if button.id.startswith(("more.", "topic."))]


def answered(seen: Seen) -> str | None:
    """The topic that was answered at once."""
    return next((button.id.split(".")[1] for button in seen.buttons if button.id.startswith("more.")), None)


def is_warned(seen: Seen) -> bool:
    """Whether the numbers to call stand before everything else."""
    return seen.texts[0].startswith("⚠️") and bool(seen.calls)


@pytest.mark.parametrize("topic_id", TOPICS)
def test_a_topic_is_first_for_its_title(topic_id: str, askers: Askers) -> None:
    for title in (TOPICS[topic_id].title, fold(TOPICS[topic_id].title)):
        assert found(askers.ask(title))[:1] == [topic_id], title


@pytest.mark.parametrize("topic_id", TOPICS)
def test_a_topic_is_found_by_what_workers_call_it(topic_id: str, askers: Askers) -> None:
    missed = [
        alias
        for alias in TOPICS[topic_id].aliases
        if topic_id not in found(seen := askers.ask(alias)) and not is_warned(seen)
    ]
    assert missed == []


@pytest.mark.parametrize("topic_id", TOPICS)
def test_a_plain_question_finds_its_topic(topic_id: str, askers: Askers) -> None:
    missed = [
        question
        for question in QUESTIONS[topic_id]
        if topic_id not in found(seen := askers.ask(question)) and not is_warned(seen)
    ]
    assert missed == []


def test_most_plain_questions_are_answered_at_once(askers: Askers) -> None:
    right = sum(answered(askers.ask(each)) == topic_id for topic_id, own in QUESTIONS.items() for each in own)
    assert right >= 0.6 * sum(map(len, QUESTIONS.values()))


def test_hardly_any_name_or_question_reads_like_danger(askers: Askers) -> None:
    texts = [
        *(alias for topic in TOPICS.values() for alias in topic.aliases),
        *(each for own in QUESTIONS.values() for each in own),
    ]
    warned = [text for text in texts if is_warned(askers.ask(text))]
    assert len(warned) <= 0.03 * len(texts), warned


def test_every_topic_has_three_questions_of_its_own() -> None:
    assert QUESTIONS.keys() == TOPICS.keys()
    assert {len(own) for own in QUESTIONS.values()} == {3}
