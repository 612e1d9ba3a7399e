"""What telephones write into files stands in them as they are sent, and not in what is made anew of them."""

import pytest

from tests.canary.evidence import Evidence
from tests.canary.forms import PART_BYTES, PlantedFile
from tests.canary.needles import Needles
from tests.canary.words import Inventor

_INVENTOR = Inventor(11)
FILES = [Evidence.invented(_INVENTOR, kind) for kind in ("photo", "voice") for _ in range(12)]


def _planted(file: Evidence, *kinds: str) -> Needles:
    return Needles(planted for planted in file.planted("test") if planted.kind in kinds)


def test_they_are_of_every_form() -> None:
    assert {file.form for file in FILES} == {
        "jpeg", "png", "webp", "Telegram", "an iPhone", "an MP4 without pictures",
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.form)
def test_the_remark_is_in_the_file_and_not_in_what_is_made_anew(file: Evidence) -> None:
    remark = _planted(file, "remark")
    assert remark.in_bytes(file.content)
    assert not remark.in_bytes(file.clean.content + file.clean.small)


def test_no_part_of_a_file_stands_in_another_or_in_what_is_made_anew_of_it() -> None:
    for file in FILES:
        needles = _planted(file, "photo", "voice")
        others = [other for other in FILES if other is not file]
        assert needles.in_bytes(file.content)
        assert not needles.in_bytes(file.clean.content + file.clean.small)
        assert not any(needles.in_bytes(other.content + other.clean.content) for other in others)


def test_a_third_of_a_file_is_enough() -> None:
    for file in FILES:
        content = file.content
        third = content[len(content) // 2 : len(content) * 5 // 6]
        found = Needles([PlantedFile("test", "photo", content)])
        for hidden in (third, third.hex().encode(), repr(third).encode()):
            assert found.in_bytes(hidden)


def test_a_file_s_parts_come_from_all_over_it() -> None:
    parts = PlantedFile("test", "photo", bytes(range(256)) * 20).parts
    assert len(parts) >= 8 and {len(part) for part in parts} == {PART_BYTES}


def test_the_same_seed_makes_the_same_files() -> None:
    again = Inventor(11)
    for file in FILES[:6]:
        same = Evidence.invented(again, file.kind)
        assert (same, same.content, same.clean) == (file, file.content, file.clean)
