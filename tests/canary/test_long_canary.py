"""Two hundred tips of every kind; then nothing of what was written, sent or known of anybody is found."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.canary.contract import CanaryContract, Searched, searched_run
from tests.canary.stories import SENT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]
TIPS = 200


@pytest.fixture(scope="module")
def searched(open_folder: Path) -> Iterator[Searched]:
    with searched_run(open_folder / "long", count=TIPS * 3 // 2, acts=3) as found:
        yield found


class TestTwoHundredTips(CanaryContract):
    def test_there_are_two_hundred_tips_of_every_kind(self, searched: Searched) -> None:
        tips = [lived for lived in searched.run.lived if lived.story.ending in SENT]
        assert len({lived.receipt for lived in tips}) == len(tips) >= TIPS
