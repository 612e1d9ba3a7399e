"""What is planted is the same for the same seed, and comes once: each value is one story's alone."""

from collections import Counter

from tests.canary import words
from tests.canary.forms import SPAN_WORDS, Planted
from tests.canary.stories import Ending, Story, stories

_TEMPLATES = [
    *(template for templates in words.TOLD.values() for template in templates),
    *(words.MORE + words.REFUSED + words.QUESTIONS + words.PLACES + (words.DANGER,)),
    *(words.WRITTEN_BACK + words.ANSWERS + words.NOTES + words.REASONS + words.REMARKS),
    *(words.ASKED + words.READY + words.CONSENT + words.THANKS),
]


def _everything(story: Story) -> list[str | bytes]:
    return [planted.value if isinstance(planted, Planted) else planted.content for planted in story.planted()]


def test_the_same_seed_tells_the_same_stories() -> None:
    first, again = ([_everything(story) for story in stories(20, 7)] for _ in range(2))
    assert first == again
    assert first[0] != _everything(stories(1, 8)[0])


def test_fifty_stories_hold_every_kind_of_story() -> None:
    told = stories(50, 7)
    assert set(Counter(story.category for story in told)) == set(words.TOLD)
    assert set(Counter(story.ending for story in told)) == set(Ending)
    for of in ("corrected_who", "asked_before", "asked_after", "refused", "wrong_receipt"):
        assert 10 <= sum(getattr(story, of) is not None for story in told) <= 40, of
    sent = Counter(file.kind for story in told for file in (*story.files, *story.letter_files))
    assert min(sent["photo"], sent["voice"]) >= 10


def test_no_two_stories_share_a_value() -> None:
    values = [value for story in stories(40, 7) for value in set(_everything(story))]
    assert len(values) == len(set(values))


def test_every_five_words_of_a_sentence_hold_an_invented_one() -> None:
    for template in _TEMPLATES:
        invented = [part[0] == "{" for part in template.split()]
        for start in range(len(invented) - SPAN_WORDS + 1):
            assert any(invented[start : start + SPAN_WORDS]), (template, start)
