"""Passwords, one-time passwords, recovery keys, codes and waiting times: the pure rules."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts import passwords, totp
from backend.accounts.passwords import PasswordFault, password_fault
from backend.accounts.throttle import FREE_ATTEMPTS, wait_after

NOON = datetime(2026, 11, 21, 5, 0, 10, tzinfo=UTC)
SECRET = b"0123456789abcdefghij"


class TestPassword:
    @pytest.mark.parametrize(
        "good",
        [
            "bốn con trâu qua cầu khỉ",
            "bon con trau qua cau khi",
            "tôi thích uống cà phê sữa đá",
            "x7#Kd!9$mQ2&vL5^",
            "!@#$%^&*()_+{}|:",
            "lan đi chợ mua mớ rau muống",
        ],
    )
    def test_long_enough_and_not_obvious_is_good(self, good: str) -> None:
        assert password_fault(good, good, "lan.nguyen", "Nguyễn Thị Lan") is None

    @pytest.mark.parametrize(
        ("bad", "fault"),
        [
            ("mười ba ký tự", PasswordFault.TOO_SHORT),
            ("x" * 513, PasswordFault.TOO_LONG),
            ("lan.nguyen.lan.nguyen", PasswordFault.LIKE_LOGIN),
            ("Nguyễn Thị Lan 1990", PasswordFault.LIKE_LOGIN),
            ("abcdefghijklmnop", PasswordFault.TOO_SIMPLE),
            ("98765432109876", PasswordFault.TOO_SIMPLE),
            ("ababababababab", PasswordFault.TOO_SIMPLE),
            ("Mật khẩu 123456!", PasswordFault.TOO_SIMPLE),
            ("Công Đoàn Việt Nam", PasswordFault.TOO_SIMPLE),
        ],
    )
    def test_what_others_would_try_first_is_refused(self, bad: str, fault: PasswordFault) -> None:
        assert password_fault(bad, bad, "lan.nguyen", "Nguyễn Thị Lan") is fault

    def test_is_the_same_from_every_keyboard(self) -> None:
        composed, decomposed = "ti\u1ebfng Vi\u1ec7t", "tie\u0302\u0301ng Vie\u0323\u0302t"
        assert passwords.normal_password(composed) == passwords.normal_password(decomposed)

    @given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
    def test_any_text_gets_an_answer(self, new: str, repeated: str, login: str, name: str) -> None:
        fault = password_fault(new, repeated, login, name)
        assert fault is not None or len(new) >= 1


class TestHandedOut:
    def test_one_time_passwords_differ_and_are_easy_to_read(self) -> None:
        many = {passwords.new_one_time_password() for _ in range(200)}
        assert len(many) == 200
        assert not any(char in text for text in many for char in "0o1il")

    @given(st.binary(min_size=20, max_size=20))
    def test_a_recovery_key_is_read_back_as_it_was_printed(self, key: bytes) -> None:
        printed = passwords.recovery_key_text(key)
        assert passwords.recovery_key_from_text(printed) == key
        assert passwords.recovery_key_from_text(f" {printed.lower().replace('-', ' ')} ") == key

    @given(st.text(max_size=80))
    def test_what_is_no_recovery_key_is_none(self, text: str) -> None:
        found = passwords.recovery_key_from_text(text)
        assert found is None or len(found) == 20


class TestCode:
    def code(self, step_offset: int) -> str:
        step = int(NOON.timestamp()) // 30 + step_offset
        return str(pyotp.TOTP(totp.secret_text(SECRET)).generate_otp(step))

    @pytest.mark.parametrize("offset", [-1, 0, 1])
    def test_is_accepted_one_step_early_or_late(self, offset: int) -> None:
        accepted = totp.accepted_step(SECRET, self.code(offset), NOON, last_step=0)
        assert accepted == int(NOON.timestamp()) // 30 + offset

    @pytest.mark.parametrize("offset", [-2, 2, 100])
    def test_is_refused_further_away(self, offset: int) -> None:
        assert totp.accepted_step(SECRET, self.code(offset), NOON, last_step=0) is None

    def test_is_refused_at_or_before_the_last_accepted_step(self) -> None:
        step = totp.accepted_step(SECRET, self.code(0), NOON, last_step=0)
        assert step is not None
        assert totp.accepted_step(SECRET, self.code(0), NOON, last_step=step) is None
        assert totp.accepted_step(SECRET, self.code(-1), NOON, last_step=step) is None
        assert totp.accepted_step(SECRET, self.code(1), NOON, last_step=step) == step + 1

    def test_may_be_typed_with_a_space(self) -> None:
        code = self.code(0)
        assert totp.accepted_step(SECRET, f"{code[:3]} {code[3:]}", NOON, last_step=0) is not None

    def test_the_picture_is_a_document_without_script_or_style(self) -> None:
        picture = totp.enrolment_picture(SECRET, "hoa").decode()
        assert picture.startswith("<?xml")
        assert "<script" not in picture
        assert "style" not in picture


class TestWaiting:
    def test_begins_after_the_free_attempts_doubles_and_ends_at_a_quarter_of_an_hour(self) -> None:
        assert wait_after(FREE_ATTEMPTS - 1) == timedelta(0)
        assert wait_after(FREE_ATTEMPTS) == timedelta(seconds=5)
        assert wait_after(FREE_ATTEMPTS + 1) == timedelta(seconds=10)
        assert wait_after(10_000) == timedelta(minutes=15)

    @given(st.integers(min_value=0, max_value=10_000))
    def test_never_becomes_shorter(self, attempts: int) -> None:
        assert wait_after(attempts + 1) >= wait_after(attempts)
