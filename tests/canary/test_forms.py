"""Whatever form a planted value hides in, whatever stands around it: it is found, and called by its name."""

import base64
import hashlib
import io
import json
import random
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.text.normalize import fold
from tests.canary.forms import SPAN_WORDS, Planted, PlantedFile, spans
from tests.canary.needles import Hit, Needles

STORY = Planted("story 01", "story", "ông Ngửu Khẫng cho vay nặng lãi rượng khoẵm ở quán xiệng lửu")
PHONE = Planted("story 01", "phone", "091 234 5678", words=False)
TOKEN = Planted("story 01", "platform id", "aZ_9-kQ3xW7mB1nR5tY8vC", words=False)
NUMBER = Planted("story 02", "platform id", "4398765432101", words=False)
FILE = PlantedFile("story 02", "photo", random.Random(5).randbytes(5_000))
NEEDLES = Needles([STORY, PHONE, TOKEN, NUMBER, FILE])

around = st.binary(max_size=40)


def forms_in(haystack: bytes) -> set[tuple[str, str]]:
    return {(hit.planted.kind, hit.form) for hit in NEEDLES.in_bytes(haystack)}


@pytest.mark.parametrize(
    ("planted", "hidden", "form"),
    [
        (STORY, STORY.value.encode(), "clear"),
        (STORY, STORY.value.encode("utf-16-le"), "UTF-16-LE"),
        (STORY, STORY.value.encode("utf-16-be"), "UTF-16-BE"),
        (STORY, fold(STORY.value).encode(), "folded"),
        (STORY, fold(STORY.value).replace(" ", "").encode(), "folded without spaces"),
        (STORY, STORY.value.lower().encode(), "lower case"),
        (STORY, STORY.value.replace(" ", "").encode(), "without spaces"),
        (STORY, json.dumps({"text": STORY.value}).encode(), "JSON-escaped"),
        (STORY, repr(STORY.value.encode()).encode(), "escaped bytes"),
        (STORY, quote(STORY.value).encode(), "URL-encoded"),
        (STORY, quote_plus(STORY.value).encode(), "URL-encoded (form)"),
        (STORY, STORY.value.encode().hex().encode(), "hex"),
        (STORY, STORY.value.encode().hex().upper().encode(), "HEX"),
        (STORY, hashlib.sha256(fold(STORY.value).encode()).digest(), "SHA-256 of folded"),
        (STORY, hashlib.sha256(STORY.value.encode()).hexdigest().encode(), "SHA-256 in hex"),
        (STORY, base64.b64encode(hashlib.sha1(STORY.value.encode()).digest()), "SHA-1 in base64"),
        (STORY, hashlib.md5(STORY.value.encode()).hexdigest().upper().encode(), "MD5 in HEX"),
        (PHONE, b"0912345678", "digits alone"),
        (PHONE, hashlib.sha256(b"0912345678").hexdigest().encode(), "SHA-256 in hex of digits alone"),
        (TOKEN, TOKEN.value.encode(), "clear"),
        (TOKEN, hashlib.sha256(TOKEN.value.encode()).digest(), "SHA-256"),
        (NUMBER, int(NUMBER.value).to_bytes(8, "little"), "integer"),
        (NUMBER, int(NUMBER.value).to_bytes(8, "big"), "integer"),
        (FILE, FILE.content, "part, clear"),
        (FILE, FILE.content.hex().encode(), "part, hex"),
        (FILE, FILE.content.hex().upper().encode(), "part, HEX"),
        (FILE, repr(FILE.content).encode(), "part, escaped bytes"),
        (FILE, base64.b64encode(FILE.content), "part, base64"),
        (FILE, base64.urlsafe_b64encode(FILE.content), "part, base64url"),
        (FILE, hashlib.sha256(FILE.content).hexdigest().encode(), "SHA-256 in hex"),
        (FILE, hashlib.md5(FILE.content).digest(), "MD5"),
    ],
)
def test_a_form_is_called_by_its_name(planted: Planted | PlantedFile, hidden: bytes, form: str) -> None:
    assert Hit(planted, form) in NEEDLES.in_bytes(b"before " + hidden + b" after")


@given(before=around, after=around)
def test_base64_is_found_whatever_was_encoded_around_it(before: bytes, after: bytes) -> None:
    whole = before + STORY.value.encode() + after
    assert ("story", "base64") in forms_in(base64.b64encode(whole))
    for_url = {form for _, form in forms_in(base64.urlsafe_b64encode(whole))}
    assert for_url & {"base64", "base64url"}


@given(start=st.integers(0, 13 - SPAN_WORDS), before=around, after=around)
def test_five_words_of_a_sentence_are_enough(start: int, before: bytes, after: bytes) -> None:
    part = " ".join(STORY.value.split()[start : start + SPAN_WORDS])
    assert part in spans(STORY.value)
    for hidden, form in (
        (part.encode(), "part, clear"),
        (fold(part).encode(), "part, folded"),
        (json.dumps(part)[1:-1].encode(), "part, JSON-escaped"),
        (part.encode().hex().encode(), "part, hex"),
    ):
        # A part that folding or escaping leaves as it is was found in clear.
        assert {("story", form), ("story", "part, clear")} & forms_in(before + hidden + after)


@given(before=st.integers(900, 1_100))
def test_a_value_across_two_pieces_of_a_long_file_is_found(before: int) -> None:
    stream = io.BytesIO(bytes(before) + STORY.value.encode() + bytes(50))
    assert Hit(STORY, "clear") in NEEDLES.in_stream(stream, piece=1_000)


@given(st.binary(max_size=2_000))
def test_nothing_is_found_where_nothing_is(noise: bytes) -> None:
    assert NEEDLES.in_bytes(noise) == set()


@given(start=st.integers(2_000, 2_800), before=around, after=around)
def test_a_fifth_of_a_file_is_enough_however_it_is_encoded(start: int, before: bytes, after: bytes) -> None:
    some = before + FILE.content[start : start + 1_000] + after
    for hidden in (some, some.hex().encode(), base64.b64encode(some)):
        assert any(kind == "photo" for kind, _ in forms_in(hidden))


def test_what_is_shown_of_a_finding_gives_nothing_away() -> None:
    for hit in NEEDLES.in_bytes(STORY.value.encode()):
        assert "Ngửu" not in f"{hit} {hit.planted} {hit!r}"
