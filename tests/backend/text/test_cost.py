"""Text made to be slow costs no more than any other: nobody can stop a process with one message.

The work runs in a process of its own that is ended when it takes far longer than the slowest machine needs.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from backend.text.words import words

ROOT = Path(__file__).resolve().parents[3]
LENGTH = 70_000
FAR_TOO_LONG = 60
"""Seconds. The work is done in about one; where its time grows with the square of the length, in minutes."""
SHAPES = {
    "signs without an end": "'.' * (n - 1) + 'x'",
    "mixed signs": "'.!?;' * (n // 4) + 'x'",
    "spaces inside a line": "'a' + ' ' * (n - 2) + 'x'",
    "other spaces": "'a' + '\\u00a0\\t' * (n // 2) + 'x'",
    "line ends": "'\\n' * (n - 1) + 'x'",
    "lines of spaces": "'a' + (' ' * 50 + '\\n') * (n // 51)",
    "one long line of spaces, then an end": "' ' * (n - 1) + '\\n'",
    "one word": "'a' * n",
    "digits": "'1' * n",
    "digits with dots": "'1.' * (n // 2) + 'x'",
    "letters with dots": "'a.' * (n // 2) + '1'",
    "signs for letters": "'i!' * (n // 2)",
    "at signs": "'a@' * (n // 2)",
    "marks": "'a' + '\\u0301' * (n - 1)",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_reading_words_takes_time_in_proportion_to_the_length(shape: str) -> None:
    work = f"from backend.text.words import words; n = {LENGTH}; words({shape}, n)"
    subprocess.run([sys.executable, "-c", work], cwd=ROOT, check=True, timeout=FAR_TOO_LONG)


def test_a_word_of_other_letters_without_an_end_is_looked_at_once() -> None:
    work = f"from backend.text.tone_marks import place_tone_marks; place_tone_marks('\u0440' * {LENGTH})"
    subprocess.run([sys.executable, "-c", work], cwd=ROOT, check=True, timeout=FAR_TOO_LONG)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("một. hai", ["một", ".", "hai"]),
        ("một?! hai...", ["một", ".", "hai"]),
        ("một \r\n \n hai", ["một", ".", "hai"]),
        ("một   hai", ["một", "hai"]),
        ("\n một \n", ["một"]),
        ("lãi 1.5 nghìn", ["lãi", "1.5", "nghìn"]),
    ],
)
def test_sentences_still_end_where_they_did(text: str, read: list[str]) -> None:
    assert words(text) == read
