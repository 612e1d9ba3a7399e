"""Telephones, accounts, links, plates, apps and amounts are found in every spelling and normalised."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.text.identifiers import identifiers_in


def found(text: str, *types: str) -> list[tuple[str, str]]:
    return [(one.type, one.value) for one in identifiers_in(text).found if not types or one.type in types]


def values(text: str, type_: str) -> list[str]:
    return [value for _, value in found(text, type_)]


class TestPhones:
    @pytest.mark.parametrize(
        "written",
        [
            *(
                "0912345678",
                "0912 345 678",
                "0912.345.678",
                "0912-345-678",
                "09 12 34 56 78",
                "(0912) 345678",
            ),
            *("+84912345678", "+84 912 345 678", "84912345678", "0084912345678", "+84(0)912345678"),
            *("0 9 1 2 3 4 5 6 7 8", "o912345678", "09l2345678", "０９１２３４５６７８", "0912\u200b345678"),
            *("không chín một hai ba bốn năm sáu bảy tám", "khong chin mot hai 345 678"),
        ],
    )
    def test_one_number_in_every_spelling_is_one_number(self, written: str) -> None:
        assert values(f"gọi {written} nha", "phone") == ["0912345678"]

    def test_two_numbers_side_by_side_stay_two(self) -> None:
        assert values("0912345678, 0387654321 / 02838251234", "phone") == [
            "0912345678", "0387654321", "02838251234",
        ]  # fmt: skip

    def test_a_foreign_number_keeps_its_country(self) -> None:
        assert values("nó gọi +855 96 123 4567", "phone") == ["+855961234567"]

    @pytest.mark.parametrize(
        "text", ["12/10/2025", "10.000.000", "123456", "nợ 0912", "mã 99912345678901", "1 2 3"]
    )
    def test_other_numbers_are_no_phone(self, text: str) -> None:
        assert values(text, "phone") == []

    @settings(deadline=None)
    @given(
        st.from_regex(r"0[35789][0-9]{8}", fullmatch=True),
        st.lists(st.sampled_from(" .-"), min_size=9, max_size=9),
    )
    def test_separators_never_matter(self, number: str, separators: list[str]) -> None:
        written = "".join(a + b for a, b in zip(number, [*separators, ""], strict=True))
        assert values(f"số nó là {written}", "phone") == [number]


class TestBankAccounts:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("stk 19036512345678 Techcombank", "19036512345678"),
            ("số tài khoản: 0071 0012 34567 Vietcombank tên NGUYEN VAN A", "0071001234567"),
            ("ck vao vcb 0071001234567", "0071001234567"),
            ("STK của nó là MB 0987654321", "0987654321"),
            ("9704221234567 mb bank", "9704221234567"),
            ("tk bidv 6321.0000.123456", "63210000123456"),
        ],
    )
    def test_digits_beside_a_bank_or_its_words_are_an_account(self, text: str, number: str) -> None:
        assert found(text) == [("bank_account", number)]

    def test_digits_alone_are_no_account(self) -> None:
        assert found("mã đơn 19036512345678") == []


class TestLinks:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("vào https://WWW.VayNhanh.xyz/Dang-Ky?id=1 nha", "vaynhanh.xyz/Dang-Ky?id=1"),
            ("bấm bit.ly/3AbC.", "bit.ly/3AbC"),
            ("hxxp://evn-thanhtoan[.]top", "evn-thanhtoan.top"),
            ("web dichvucong.gov.vn.abc.com", "dichvucong.gov.vn.abc.com"),
        ],
    )
    def test_a_link_is_its_host_and_path(self, text: str, value: str) -> None:
        assert found(text) == [("url", value)]

    def test_a_link_to_an_account_is_the_account(self) -> None:
        assert found("facebook.com/Vay.Nhanh.9 zalo.me/vaynhanh9") == [
            ("facebook", "vay.nhanh.9"), ("zalo", "vaynhanh9"),
        ]  # fmt: skip

    def test_a_zalo_link_with_a_number_is_a_telephone_too(self) -> None:
        assert found("zalo.me/0912345678") == [("zalo", "0912345678"), ("phone", "0912345678")]

    @pytest.mark.parametrize("text", ["em bị lừa.nó trốn rồi", "10.5tr", "v.v.", "a@gmail.com", "tp.hcm"])
    def test_a_dot_does_not_make_a_link(self, text: str) -> None:
        assert values(text, "url") == []


class TestNamesOfAccountsAndApps:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("fb Nguyễn Thị Hoa lừa đảo", ("facebook", "nguyen thi hoa")),
            ("facebook tên hoa nắng bán hàng", ("facebook", "hoa nang")),
            ("nick fb: hung.vay99", ("facebook", "hung.vay99")),
            ('zalo "Tuấn Vay Nóng"', ("zalo", "tuan vay nong")),
            ("zalo Hùng Ka cho vay", ("zalo", "hung ka")),
            ("app Tamo đòi nợ", ("app", "tamo")),
            ("vay app senmo lãi cao", ("app", "senmo")),
            ("tải app Vay Siêu Tốc 247 về", ("app", "vay sieu toc 247")),
        ],
    )
    def test_a_name_beside_the_word_is_found(self, text: str, expected: tuple[str, str]) -> None:
        assert found(text) == [expected]

    def test_a_number_beside_zalo_is_both(self) -> None:
        assert sorted(found("zalo 0912 345 678")) == [("phone", "0912345678"), ("zalo", "0912345678")]

    @pytest.mark.parametrize(
        "text", ["nó đăng facebook bêu xấu em", "nhắn zalo đòi nợ", "app vay tiền lừa đảo"]
    )
    def test_a_word_alone_names_nothing(self, text: str) -> None:
        assert found(text) == []


class TestPlates:
    @pytest.mark.parametrize(
        ("text", "plate"),
        [
            ("xe 59X1-234.56", "59X123456"),
            ("51F-123.45", "51F12345"),
            ("29A12345", "29A12345"),
            ("bien so 61c1 12345", "61C112345"),
            ("60LD-012.34", "60LD01234"),
            ("xe bs 81-K1 5678", "81K15678"),
        ],
    )
    def test_a_plate_is_capitals_and_digits(self, text: str, plate: str) -> None:
        assert found(text) == [("vehicle_plate", plate)]

    @pytest.mark.parametrize("text", ["20k 50000", "10tr 2000", "30 a 12345", "12h 2025"])
    def test_money_and_hours_are_no_plate(self, text: str) -> None:
        assert values(text, "vehicle_plate") == []


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "dong"),
        [
            ("10tr", 10_000_000), ("1tr2", 1_200_000), ("1tr250", 1_250_000), ("1,5 triệu", 1_500_000),
            ("2 củ", 2_000_000), ("3 chai", 3_000_000), ("2 lít", 200_000), ("500k", 500_000),
            ("500 ngàn", 500_000), ("15.000.000đ", 15_000_000), ("15,000,000 vnd", 15_000_000),
            ("2 triệu rưỡi", 2_500_000), ("nửa triệu", 500_000), ("2 tỷ", 2_000_000_000),
            ("5 tỏi", 5_000_000_000), ("2ty3", 2_300_000_000),
        ],
    )  # fmt: skip
    def test_an_amount_is_a_number_of_dong(self, text: str, dong: int) -> None:
        assert found(f"nó đòi {text} liền") == [("amount", str(dong))]

    @pytest.mark.parametrize(
        "text", ["2 xị", "3 cành", "lãi 20%", "5 toi", "2 lít xăng", "3 người", "10000000"]
    )
    def test_what_must_be_asked_is_left_out(self, text: str) -> None:
        assert found(text) == []

    def test_a_count_after_an_amount_is_not_its_rest(self) -> None:
        assert values("10 triệu 2 lần, 300k 40 ngày", "amount") == ["10000000", "300000"]


class TestTheReportersOwn:
    @pytest.mark.parametrize(
        ("text", "kind", "span"),
        [
            ("sđt của em 0901234567", "phone", "0901234567"),
            ("gọi em số 0901 234 567 nhé", "phone", "0901 234 567"),
            ("em tên Lan làm chuyền 5", "name", "Lan"),
            ("tôi là Nguyễn Văn An", "name", "Nguyễn Văn An"),
            ("ten em la tran thi be ba o Binh Duong", "name", "tran thi be ba"),
            ("cccd của em 079203001234", "id_card", "079203001234"),
            ("mã nhân viên 12345", "employee_code", "12345"),
            ("em sinh năm 1995", "birth", "1995"),
        ],
    )
    def test_what_tells_who_the_reporter_is_is_marked(self, text: str, kind: str, span: str) -> None:
        own = identifiers_in(text).own
        assert [(one.kind, text[one.start : one.end]) for one in own] == [(kind, span)]

    @pytest.mark.parametrize(
        "text", ["tôi là công nhân", "số của nó 0912345678", "nó tên Tuấn", "nó giữ cccd của nó 079203001234"]
    )
    def test_what_is_somebody_elses_is_not(self, text: str) -> None:
        assert identifiers_in(text).own == ()

    def test_an_own_number_is_found_but_marked_as_own(self) -> None:
        numbers = identifiers_in("nó gọi 0912345678, số của em 0901234567").found
        assert [(one.value, one.own) for one in numbers] == [("0912345678", False), ("0901234567", True)]


class TestSpans:
    def test_a_span_stands_where_it_was_typed_whatever_the_form(self) -> None:
        text = unicodedata.normalize("NFD", "Bà Bảy ở xóm trọ, số điện thoại 0912.345.678 đó")
        (phone,) = identifiers_in(text).found
        assert text[phone.start : phone.end] == "0912.345.678"

    @settings(deadline=None)
    @given(st.text(max_size=300))
    def test_no_text_raises_and_spans_lie_inside_it(self, text: str) -> None:
        result = identifiers_in(text)
        assert all(0 <= one.start < one.end <= len(text) for one in result.found)
        assert all(0 <= one.start < one.end <= len(text) for one in result.own)


class TestDisguises:
    @pytest.mark.parametrize(
        "text",
        [
            "so dt o chin mot hai ba bon nam sau bay tam",
            "ko chín một hai ba bốn năm sáu bảy tám",
            "zero nine one two three four five six seven eight",
            "0912 ba bốn năm 678",
            "o9l2.345.67B",
            "sdt0912345678",
            "0912/345/678",
            "0912,345,678 nha",
            "0912345678nhe",
        ],
    )
    def test_a_number_in_words_letters_or_odd_signs_is_the_number(self, text: str) -> None:
        assert "0912345678" in [value for kind, value in found(text) if kind == "phone"]

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("shopee-vn chấm com", "shopee-vn.com"),
            ("bit . ly/abc", "bit.ly/abc"),
            ("hxxps://abc[.]com", "abc.com"),
            ("vietcombank chấm com chấm vn", "vietcombank.com.vn"),
            ("http : // abc . com/x", "abc.com/x"),
            ("vay24h dot top", "vay24h.top"),
        ],
    )
    def test_a_broken_link_is_the_link(self, text: str, address: str) -> None:
        assert ("url", address) in found(text)

    @pytest.mark.parametrize(
        "text", ["em làm tới trưa. cơm xong mới về", "toi di cho. com nuoc xong roi tinh"]
    )
    def test_the_end_of_a_sentence_is_no_link(self, text: str) -> None:
        assert [kind for kind, _ in found(text)] == []

    def test_who_calls_the_writer_is_not_the_writer(self) -> None:
        theirs = identifiers_in("nó gọi em số 0912345678").found[0]
        mine = identifiers_in("gọi lại cho em số 0912345678").found[0]
        assert (theirs.own, mine.own) == (False, True)

    def test_a_made_up_name_beside_zalo_or_app_is_its_name(self) -> None:
        assert found("zalo tuanvaynong") == [("zalo", "tuanvaynong")]
        assert found("app vaytot24h") == [("app", "vaytot24h")]
