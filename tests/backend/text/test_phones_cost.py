"""A text of single digits is given up at once, and every number is found that was found before."""

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.text.identifiers.phones import dialled, phones
from backend.text.identifiers.view import view

module = import_module("backend.text.identifiers.phones")
_PIECES = st.lists(
    st.sampled_from(
        [*"0123456789", "09", "84", "+84", "0084", "1800", "019", "o9", "không", "chín", "hai con số 3", "lh"]
    ),
    max_size=24,
)
_GAPS = st.sampled_from([" ", ".", "-", " và ", "", "  "])


def found(text: str) -> list[tuple[str, int, int]]:
    return [(one.value, one.start, one.end) for one in phones(view(text, 1_000))]


@given(_PIECES, _GAPS)
def test_giving_up_early_loses_no_number(pieces: list[str], gap: str) -> None:
    text = gap.join(pieces)
    early = found(text)
    with pytest.MonkeyPatch.context() as patient:
        patient.setattr(module, "_may_begin", lambda _: True)
        patient.setattr(module, "_SHORTEST", 0)
        assert found(text) == early


@pytest.mark.parametrize("text", ["1 " * 2_000, "0 " * 2_000, "1/" * 5_000, "một hai " * 1_000, "9 " * 2_000])
def test_a_run_of_single_digits_is_given_up_at_its_beginning(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(written: str) -> str | None:
        asked.append(written)
        return dialled(written)

    monkeypatch.setattr(module, "dialled", counted)
    assert list(phones(view(text, 10_000))) == []
    assert not asked


def test_a_number_of_single_digits_is_still_found() -> None:
    assert found("0 9 1 2 3 4 5 6 7 8 9")[0][0] == "0912345678"
    assert found("không chín một hai ba bốn năm sáu bảy tám")[0][0] == "0912345678"
