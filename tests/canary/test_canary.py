"""Fifty workers tell their stories; then nothing of what they wrote, sent or are is found anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.canary.contract import CanaryContract, Searched, searched_run

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def searched(open_folder: Path) -> Iterator[Searched]:
    with searched_run(open_folder / "canary", count=50, acts=1) as found:
        yield found


class TestFiftyStories(CanaryContract):
    """Stories enough that every kind of one is among them."""
