"""A message that asks several things is heard as several questions."""

import pytest

from actions.several import questions


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("bị gọi lên công ty thì sao? lãi vậy đúng luật không?", 2),
        ("vay app tre han co bi tu khong voi lai bao cong an o dau", 2),
        ("nó gọi cho sếp em\nnó ghép ảnh em nữa\ngiờ em phải làm sao", 3),
        ("bốc bát họ là gì?", 0),
        ("sao? là sao? trời ơi?", 0),
        ("em bị đòi nợ, bị ghép ảnh, em sợ quá", 0),
    ],
)
def test_questions_are_told_apart(text: str, asked: int) -> None:
    assert len(questions(text)) == asked
