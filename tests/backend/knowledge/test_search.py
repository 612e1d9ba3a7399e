"""With Rasa silent, the topics are still found by their names, with or without diacritics."""

import pytest

from backend.knowledge.content.document import Topic
from backend.knowledge.content.markdown import parse
from backend.knowledge.search import TopicIndex
from backend.text.lexicon import Lexicon
from backend.text.normalize import fold
from tests.backend.knowledge.topics import DATA

TOPICS = {
    path.stem: parse(path.read_text(encoding="utf-8")) for path in sorted((DATA / "knowledge").glob("*.md"))
}


@pytest.fixture(scope="module")
def index() -> TopicIndex:
    return TopicIndex(TOPICS, Lexicon.load().concepts)


@pytest.mark.parametrize("topic_id", TOPICS)
def test_each_topic_is_first_for_its_own_title(index: TopicIndex, topic_id: str) -> None:
    title = TOPICS[topic_id].title
    for text in (title, fold(title), title.upper()):
        assert index.search(text)[0].topic_id == topic_id, text


@pytest.mark.parametrize("topic_id", TOPICS)
def test_each_topic_is_found_by_what_workers_call_it(index: TopicIndex, topic_id: str) -> None:
    for alias in TOPICS[topic_id].aliases:
        for text in (alias, fold(alias)):
            assert topic_id in [hit.topic_id for hit in index.search(text)], text


def test_diacritics_change_nothing(index: TopicIndex) -> None:
    text = "Bị người ta gọi đòi nợ khủng bố cả công ty, giờ em phải làm sao ạ?"
    assert index.search(text) == index.search(fold(text))


def test_a_name_inside_a_long_story_is_heard(index: TopicIndex) -> None:
    story = (
        "Dạ anh chị cho em hỏi với, em làm ở khu công nghiệp được hai năm, tháng rồi mẹ em bệnh nên em có "
        "hỏi vay mấy anh ngoài cổng, mấy ảnh kêu bốc bát họ, mỗi ngày đóng, giờ em đuối quá"
    )
    assert "bat_ho" in [hit.topic_id for hit in index.search(story)]


def test_scores_fall_and_stay_between_0_and_1(index: TopicIndex) -> None:
    scores = [hit.score for hit in index.search("app vay tiền đòi danh bạ", 10)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("text", ["", "   ", "🍜🍜", "?!", "zzz qqq"])
def test_nothing_is_near_to_nothing(index: TopicIndex, text: str) -> None:
    assert index.search(text) == []


def test_an_index_without_topics_answers_nothing() -> None:
    assert TopicIndex({}, Lexicon.load().concepts).search("vay nóng") == []


def test_an_empty_topic_does_no_harm() -> None:
    index = TopicIndex({"empty": Topic(), "other": Topic(title="Vay nóng")}, Lexicon.load().concepts)
    assert [hit.topic_id for hit in index.search("vay nóng")] == ["other"]
