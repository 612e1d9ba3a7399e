"""Bodies that no page of ours sends: each is refused in words, and none is echoed or stored."""

import re

import httpx
import pytest

from tests.bot.channel_contract import send_a_tip
from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.web_driver import WebWorker

MARK = "khu-tro-hoa-mai"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
USER = {"X-Antam-User": "Kq3v9ZbX1cN7mW2sD8fG4A"}
STRANGE = {
    "no JSON": (JSON, f'{{"id": "{MARK}"'.encode()),
    "JSON without an end": (JSON, b"[" * 60_000),
    "JSON of another form": (JSON, f'[{{"text": "{MARK}"}}]'.encode()),
    "broken letters": (JSON, b'{"id": "12345678", "text": "\xff\xfe"}'),
    "a form with too many fields": (FORM, b"&".join(b"a%d=1" % number for number in range(5_000))),
    "a form of broken letters": (FORM, b"receipt=%ff%fe&text=%zz" + MARK.encode()),
    "a form in parts without an end": (
        MULTIPART,
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + MARK.encode(),
    ),
    "a form in parts without a border": ("multipart/form-data", MARK.encode()),
    "a form in parts with a heading without an end": (
        MULTIPART,
        b"--x\r\nContent-Disposition: " + b"a" * 60_000,
    ),
    "nothing": (FORM, b""),
    "no form at all": ("application/octet-stream", bytes(range(256))),
}


@pytest.mark.parametrize("body", STRANGE.values(), ids=list(STRANGE))
@pytest.mark.parametrize("path", ["/chat/messages", "/hop-thu", "/bao-tin"])
def test_a_strange_body_is_answered_in_words_and_not_echoed(
    house: House, path: str, body: tuple[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    kind, content = body
    headers = {**USER, "content-type": kind, "accept": "text/html" if path != "/chat/messages" else JSON}
    answer = httpx.post(f"{house.url}{path}", content=content, headers=headers, timeout=60, verify=False)
    # The first page of the form begins a session, whatever was posted.
    begun = path == "/bao-tin" and answer.status_code == 303
    assert begun or 400 <= answer.status_code < 500, answer.status_code
    assert begun or re.search("[ạảáàãđêôơư]", answer.text)
    assert MARK not in answer.text
    assert MARK not in caplog.text


def test_half_a_letter_is_no_word_and_is_said_so(house: House) -> None:
    body = b'{"id": "12345678", "text": "\\ud800"}'
    answer = httpx.post(
        f"{house.url}/chat/messages", content=body, headers={**USER, "content-type": JSON}, verify=False
    )
    assert answer.status_code == 200
    assert "viết" in answer.json()["replies"][0]["text"]


@pytest.mark.parametrize("path", ["/chat/messages", "/hop-thu", "/bao-tin"])
def test_a_body_over_the_limit_is_refused_on_every_page(house: House, path: str) -> None:
    kind = JSON if path == "/chat/messages" else FORM
    answer = httpx.post(
        f"{house.url}{path}",
        content=b"text=" + b"a" * 200_000,
        headers={**USER, "content-type": kind},
        verify=False,
    )
    assert answer.status_code == 413
    assert "lớn quá" in answer.text


class TestMailboxPage:
    @pytest.fixture
    def opened(self, house: House) -> Browser:
        worker = WebWorker(house.url)
        receipt = send_a_tip(worker)
        worker.say("đã lưu")
        return Browser(house.url).open("/hop-thu").post(receipt=receipt)

    def test_ten_thousand_characters_stay_in_the_field_and_are_sent_to_nobody(self, opened: Browser) -> None:
        long = "á" * 10_000
        opened.post(text=long)
        assert "dài quá" in opened.page
        assert re.search(rf"<textarea[^>]*>{long}</textarea>", opened.page)
        assert 'class="bubble me"' not in opened.page

    def test_loading_the_page_again_sends_nothing_twice(self, opened: Browser) -> None:
        """A browser posts the same form again; the message's id in it is the same."""
        again = {**opened.fields(), "text": "chiều nay họ lại tới"}
        for _ in range(3):
            opened.send(again)
            assert "Đã gửi cho cán bộ" in opened.page
            assert opened.page.count('class="bubble me"') == 1

    def test_the_same_words_written_anew_are_another_message(self, opened: Browser) -> None:
        opened.post(text="chiều nay họ lại tới")
        opened.post(text="chiều nay họ lại tới")
        assert opened.page.count('class="bubble me"') == 2

    def test_the_receipt_stands_in_no_address_and_no_cookie(self, opened: Browser) -> None:
        receipt = opened.fields()["receipt"]
        opened.post(text="chiều nay họ lại tới")
        assert str(opened.raw.url).endswith("/hop-thu")
        assert not opened.http.cookies
        assert receipt not in str(opened.raw.headers)
        assert "no-store" in opened.raw.headers["cache-control"]
