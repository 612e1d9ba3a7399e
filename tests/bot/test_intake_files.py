"""Photos and voice notes for a tip: told of first, taken anywhere, named, removed, sent, forgotten."""

from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any, get_args

import httpx
import psycopg
import pytest

from backend.tips.attachments.types import Reason
from bot.files import MAX_BYTES, MAX_FILES, REASONS, KeptFile, NotKept
from bot.intake.draft import Step, dump, load
from bot.intake.steps.files import attached
from bot.intake.submission import submission
from bot.web.problems import TooBig
from bot.web.uploads import FORM_PATH
from tests.backend.tips.attachments.photos import exif, photo
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.bot.channel_contract import RECEIPT, STORY, Seen, fresh_id
from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.intake_play import PHRASES, Play, at_step, context
from tests.bot.test_tip_form import until_story
from tests.bot.web_driver import WebWorker

PHOTO = photo("jpeg")
VOICE = voice(RECORDERS["Telegram"])
BEFORE_FILES = ("xong", "đồng nai", "bỏ qua", "bỏ qua", "ông Tư")


def kept(number: int, kind: str = "photo") -> KeptFile:
    return KeptFile(f"id-{number}", f"key-{number}", "voice" if kind == "voice" else "photo")


def playing(*files: KeptFile, step: Step = Step.FILES) -> Play:
    """A tip at ``step`` that has ``files``."""
    play = at_step(step)
    outcome = attached(play.draft, files, context())
    play.draft, play.notes = outcome.draft, outcome.notes
    return play


class TestStep:
    def test_before_anything_is_sent_it_says_what_a_file_gives_away(self) -> None:
        text = at_step(Step.FILES).prompt.text
        for told in ("làm lại mới", "nơi chụp", "Mặt người", "Giọng"):
            assert told in text

    @pytest.mark.parametrize("answer", ["1", "không có", "ko", "không", "bỏ qua"])
    def test_who_has_none_goes_on_at_once(self, answer: str) -> None:
        play = at_step(Step.FILES).type(answer)
        assert play.draft.step is Step.DANGER
        assert play.notes == ()

    def test_each_file_is_named_by_its_kind(self) -> None:
        play = playing(kept(1), kept(2, "voice"), kept(3))
        assert [dict(note.values)["file"] for note in play.notes] == ["ảnh 1", "ghi âm 1", "ảnh 2"]
        assert "2 ảnh, 1 ghi âm" in play.prompt.text

    def test_the_notice_is_given_with_the_first_file_where_it_was_not_read_before(self) -> None:
        play = playing(kept(1), step=Step.STORY)
        assert play.note_keys == ["file.taken", "files.notice"]
        again = attached(play.draft, [kept(2)], context())
        assert [note.key for note in again.notes] == ["file.taken"]
        assert [note.key for note in playing(kept(1)).notes] == ["file.taken"]

    def test_one_can_be_removed_and_the_others_are_counted_anew(self) -> None:
        play = playing(kept(1), kept(2), kept(3, "voice"))
        play.tap(play.button("drop1"))
        assert dict(play.notes[0].values)["file"] == "ảnh 1"
        assert [one.id for one in play.draft.files] == ["id-2", "id-3"]
        play.type("xóa ảnh 1")
        assert [one.id for one in play.draft.files] == ["id-3"]
        assert "drop_all" not in [option.value for option in play.prompt.options]

    def test_all_can_be_removed_at_once(self) -> None:
        play = playing(kept(1), kept(2)).type("xóa hết tệp")
        assert play.draft.files == ()
        assert play.draft.step is Step.FILES

    def test_the_original_is_kept_only_if_it_is_asked_for(self) -> None:
        play = at_step(Step.FILES)
        assert not play.draft.keep_original
        play.tap(play.button("original"))
        assert play.draft.keep_original and play.note_keys == ["files.original.now"]
        assert "nơi chụp" in context().say(play.notes[0].key)
        play.tap(play.button("clean"))
        assert not play.draft.keep_original

    def test_words_alone_are_not_taken_here_and_that_is_said(self) -> None:
        play = at_step(Step.FILES).type("có ảnh mà chưa biết gửi sao")
        assert play.note_keys == ["files.only"]
        assert play.draft.step is Step.FILES and len(play.draft.story) == 1

    def test_the_review_tells_how_many_and_leads_back_here(self) -> None:
        play = playing(kept(1), kept(2, "voice")).all("xong", "3", "1")
        assert "1 ảnh, 1 ghi âm" in "\n".join(play.prompt.more)
        play.tap(play.button("files"))
        assert play.draft.step is Step.FILES
        assert play.type("xong").draft.step is Step.REVIEW

    def test_without_any_the_review_says_so_and_nothing_is_sent_along(self) -> None:
        play = at_step(Step.REVIEW)
        assert "(không có)" in "\n".join(play.prompt.more)
        assert "files" not in submission(play.draft, context())

    def test_the_submission_carries_id_and_key_in_their_order(self) -> None:
        body = submission(playing(kept(1), kept(2, "voice")).draft, context())
        assert body["files"] == [{"id": "id-1", "key": "key-1"}, {"id": "id-2", "key": "key-2"}]

    def test_a_draft_with_files_survives_and_shows_no_key(self) -> None:
        draft = playing(kept(1)).draft
        assert load(dump(draft)) == draft
        assert "key-1" not in repr(draft.files) and "id-1" not in repr(draft.files)

    def test_every_reason_has_its_words(self) -> None:
        assert set(get_args(Reason)) == REASONS
        said = {reason: PHRASES.table[f"file.refused.{reason}"] for reason in REASONS}
        assert len({tuple(entry.values()) for entry in said.values()}) == len(REASONS)


@pytest.fixture
def worker(house: House) -> Iterator[WebWorker]:
    yield WebWorker(house.url)
    house.ahead = timedelta()


def to_story(worker: WebWorker) -> Seen:
    worker.say("báo tin")
    for _ in range(3):
        worker.say("1")
    return worker.say(STORY)


def to_files(worker: WebWorker) -> Seen:
    seen = to_story(worker)
    for text in BEFORE_FILES:
        seen = worker.say(text)
    return seen


def database(house: House) -> str:
    return (house.backend_settings.database_url or "").replace("+psycopg", "", 1)


def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database(house)) as connection:
        return connection.execute(query).fetchall()


def drafts(house: House) -> set[Any]:
    return {row[0] for row in rows(house, "SELECT id FROM draft_files")}


def sent_without_its_file(house: House, worker: WebWorker) -> Seen:
    """A tip with a photo is sent after the photo was lost."""
    to_files(worker)
    before = drafts(house)
    seen = worker.send_file(PHOTO)
    for text in ("xong", "3", "1"):
        seen = worker.say(text)
    (gone,) = drafts(house) - before
    with psycopg.connect(database(house)) as connection:
        connection.execute("DELETE FROM draft_files WHERE id = %s", (gone,))
    return worker.tap(seen.button("Gửi tin"))


class TestInChat:
    def test_a_file_sent_while_telling_is_kept_sealed_and_the_story_goes_on(
        self, house: House, worker: WebWorker
    ) -> None:
        to_story(worker)
        before = drafts(house)
        place = b"kinh do va vi do"
        seen = worker.send_file(photo("jpeg", exif=exif(place)))
        assert "Đã nhận ảnh 1" in seen.text and "ghi 1 đoạn" in seen.text
        (new,) = drafts(house) - before
        sealed, original = rows(house, f"SELECT sealed, sealed_original FROM draft_files WHERE id = '{new}'")[
            0
        ]
        assert original is None
        assert place not in sealed and b"JFIF" not in sealed

    def test_the_original_is_kept_from_the_choice_on(self, house: House, worker: WebWorker) -> None:
        seen = to_files(worker)
        before = drafts(house)
        worker.send_file(PHOTO)
        worker.tap(seen.button("bản gốc"))
        worker.send_file(PHOTO)
        new = drafts(house) - before
        originals = rows(house, "SELECT id FROM draft_files WHERE sealed_original IS NOT NULL")
        assert len(new) == 2 and len({row[0] for row in originals} & new) == 1

    def test_sending_moves_them_to_the_tip(self, house: House, worker: WebWorker) -> None:
        to_files(worker)
        before, there = drafts(house), rows(house, "SELECT id FROM tip_files")
        worker.send_file(PHOTO)
        seen = worker.send_file(VOICE, "voice")
        for text in ("xong", "3", "1"):
            seen = worker.say(text)
        assert RECEIPT.search(worker.tap(seen.button("Gửi tin")).text)
        assert drafts(house) == before
        assert len(rows(house, "SELECT id FROM tip_files")) == len(there) + 2

    @pytest.mark.parametrize("ways", [("hủy", "1"), ("để sau", "xóa")])
    def test_throwing_the_tip_away_destroys_them(
        self, house: House, worker: WebWorker, ways: tuple[str, ...]
    ) -> None:
        to_story(worker)
        before = drafts(house)
        worker.send_file(PHOTO)
        assert len(drafts(house) - before) == 1
        for text in ways:
            worker.say(text)
        assert drafts(house) == before

    def test_they_live_as_long_as_the_draft(self, house: House, worker: WebWorker) -> None:
        to_story(worker)
        before = drafts(house)
        worker.send_file(PHOTO)
        (new,) = drafts(house) - before
        until = f"SELECT expires_at FROM draft_files WHERE id = '{new}'"
        first = rows(house, until)
        with psycopg.connect(database(house)) as connection:
            connection.execute(
                "UPDATE draft_files SET expires_at = expires_at - interval '20 hours' WHERE id = %s", (new,)
            )
        worker.say("chiều nay họ lại tới")
        assert rows(house, until) >= first

    def test_one_is_taken_at_any_step_until_the_tip_is_sent(self, worker: WebWorker) -> None:
        taken = 0
        worker.say("báo tin")
        for text in ("1", "1", "1", STORY, "xong", "bỏ qua", "bỏ qua"):
            taken += 1
            seen = worker.send_file(PHOTO)
            assert f"Đã nhận ảnh {taken}." in seen.text
            worker.say(text)
        assert taken < MAX_FILES
        for text in ("bỏ qua", "bỏ qua", "xong", "3", "1"):
            seen = worker.say(text)
        assert "Gửi luôn" in seen.text
        seen = worker.send_file(PHOTO)
        assert f"Đã nhận ảnh {taken + 1}." in seen.text and f"{taken + 1} ảnh" in seen.text

    def test_removing_one_destroys_it(self, house: House, worker: WebWorker) -> None:
        to_files(worker)
        before = drafts(house)
        seen = worker.send_file(PHOTO)
        assert "Đã xóa ảnh 1" in worker.tap(seen.button("Xóa ảnh 1")).text
        assert drafts(house) == before

    def test_there_are_at_most_eight(self, house: House, worker: WebWorker) -> None:
        to_files(worker)
        before = drafts(house)
        for number in range(1, MAX_FILES + 1):
            assert f"Đã nhận ảnh {number}." in worker.send_file(PHOTO).text
        assert "đã có 8 tệp" in worker.send_file(PHOTO).text
        assert len(drafts(house) - before) == MAX_FILES

    def test_the_same_file_delivered_again_is_taken_once(self, house: House, worker: WebWorker) -> None:
        to_files(worker)
        before, message = drafts(house), fresh_id()
        first = worker.post_file(PHOTO, "image/jpeg", message).json()
        assert worker.post_file(PHOTO, "image/jpeg", message).json() == first
        house.stop_bot()
        house.start_bot()
        worker.move_to(house.url)
        worker.post_file(PHOTO, "image/jpeg", message)
        assert len(drafts(house) - before) == 1

    def test_files_that_are_gone_are_explained_and_the_tip_goes_without(
        self, house: House, worker: WebWorker
    ) -> None:
        seen = sent_without_its_file(house, worker)
        assert "hết hạn giữ" in seen.text and "ảnh hay ghi âm" in seen.text
        seen = worker.tap(seen.button("Không có"))
        assert RECEIPT.search(worker.tap(seen.button("Gửi tin")).text)

    def test_who_comes_back_to_a_tip_whose_files_are_gone_hears_it_again(
        self, house: House, worker: WebWorker
    ) -> None:
        sent_without_its_file(house, worker)
        worker.forget_room()
        asked = worker.say("báo tin")
        assert "viết dở" in asked.text and "hết hạn giữ" not in asked.text
        seen = worker.tap(asked.button("Xem tiếp"))
        assert "hết hạn giữ" in seen.text and "ảnh hay ghi âm" in seen.text

    def test_a_resting_tip_takes_no_file_and_shows_nothing(self, house: House, worker: WebWorker) -> None:
        to_story(worker)
        before = drafts(house)
        worker.forget_room()
        seen = worker.send_file(PHOTO)
        assert "chưa giữ lại" in seen.text and "viết dở" in seen.text
        assert "ông Tư" not in seen.text
        assert drafts(house) == before

    def test_without_a_tip_the_file_is_not_kept(self, house: House, worker: WebWorker) -> None:
        before = drafts(house)
        assert "mình không giữ" in worker.send_file(PHOTO).text
        assert drafts(house) == before

    def test_who_has_their_receipt_before_them_is_led_to_the_mailbox(self, worker: WebWorker) -> None:
        seen = to_files(worker)
        for text in ("không có", "3", "1"):
            seen = worker.say(text)
        worker.tap(seen.button("Gửi tin"))
        seen = worker.send_file(PHOTO)
        assert "hộp thư" in seen.text and RECEIPT.search(seen.text)

    def test_a_silent_backend_keeps_nothing_and_the_same_file_can_be_sent_again(
        self, house: House, worker: WebWorker
    ) -> None:
        to_story(worker)
        message = fresh_id()
        house.stop_backend()
        try:
            turn = worker.post_file(PHOTO, "image/jpeg", message).json()
            assert [reply["unkept"] for reply in turn["replies"]] == [True]
        finally:
            house.start_backend()
        assert "Đã nhận ảnh 1" in worker.post_file(PHOTO, "image/jpeg", message).text


class TestDoor:
    def test_a_body_too_large_or_of_no_told_length_is_not_read(self, house: House, worker: WebWorker) -> None:
        chunked = {"Transfer-Encoding": "chunked"}
        for told in (chunked, {**chunked, "Content-Length": "5"}, {"Content-Length": str(MAX_BYTES + 1)}):
            line = HTTPConnection(house.url.removeprefix("http://"), timeout=30)
            line.putrequest("POST", "/chat/files")
            for name, value in {"X-Antam-User": worker.user, "X-Antam-Message": fresh_id(), **told}.items():
                line.putheader(name, value)
            line.endheaders()
            # The answer comes while nothing of the body was sent. The server itself refuses two lengths.
            assert line.getresponse().status in ((400,) if len(told) == 2 else (TooBig.status,))
            line.close()

    @pytest.mark.parametrize("user", ["", "nobody", "x" * 23])
    def test_nobody_sends_a_file_without_an_id_of_a_page(self, house: House, user: str) -> None:
        headers = {"X-Antam-User": user, "X-Antam-Message": fresh_id()}
        assert httpx.post(f"{house.url}/chat/files", content=b"x", headers=headers).status_code == 422

    def test_other_paths_take_no_large_bodies(self, house: House) -> None:
        answer = httpx.post(f"{house.url}/chat/messages", content=bytes(200_000))
        assert answer.status_code == TooBig.status


def at_files_page(house: House) -> Browser:
    browser = until_story(Browser(house.url)).post(text=STORY, option="done")
    for _ in ("province", "place", "when", "who"):
        browser.post(way="skip")
    return browser


def upload(browser: Browser, *files: bytes, **fields: str) -> Browser:
    """Post the page's form with files, as a browser does."""
    named = [("file", (f"IMG_{number}.jpg", content, "image/jpeg")) for number, content in enumerate(files)]
    headers = {"accept": "text/html", "origin": str(browser.http.base_url)}
    answer = browser.http.post(
        FORM_PATH, data={**browser.fields(), **fields}, files=named or [("file", ("", b""))], headers=headers
    )
    return browser._show(answer)


class TestInTheForm:
    def test_several_files_go_with_one_post(self, house: House) -> None:
        browser = upload(at_files_page(house), PHOTO, VOICE, photo("png"))
        for told in ("Đã nhận ảnh 1", "Đã nhận ghi âm 1", "Đã nhận ảnh 2", "Đã có 2 ảnh, 1 ghi âm"):
            assert told in browser.page
        browser.post(option="done").post(option="no").post(option="union")
        assert "2 ảnh, 1 ghi âm" in browser.page
        assert RECEIPT.search(browser.post(option="send").page)

    def test_what_is_refused_is_told_beside_what_is_taken(self, house: House) -> None:
        browser = upload(at_files_page(house), b"%PDF-1.7\n" * 50, PHOTO)
        assert "chưa nhận được văn bản" in browser.page and "Đã nhận ảnh 1" in browser.page

    def test_a_file_over_ten_megabytes_is_refused_and_the_next_is_taken(self, house: House) -> None:
        browser = upload(at_files_page(house), PHOTO + bytes(MAX_BYTES), PHOTO)
        assert "10 MB" in browser.page and "Đã nhận ảnh 1" in browser.page

    def test_a_ninth_file_is_not_taken_and_that_is_said(self, house: House) -> None:
        browser = upload(at_files_page(house), *[PHOTO] * 9)
        assert "Đã nhận ảnh 8" in browser.page and "đã có 8 tệp" in browser.page

    def test_a_post_without_a_file_says_so(self, house: House) -> None:
        browser = upload(at_files_page(house))
        assert browser.status == 422 and "chưa chọn tệp" in browser.page

    def test_the_same_page_posted_twice_takes_its_files_once(self, house: House) -> None:
        browser = at_files_page(house)
        fields = browser.fields()
        upload(browser, PHOTO)
        before = drafts(house)
        upload(browser, PHOTO, **fields)
        assert drafts(house) == before and "Đã có 1 ảnh" in browser.page

    @pytest.mark.parametrize("fields", [{"token": "x"}, {"tag": "00000000"}])
    def test_a_page_of_another_session_or_another_tip_brings_nothing(
        self, house: House, fields: dict[str, str]
    ) -> None:
        browser = at_files_page(house)
        before = drafts(house)
        upload(browser, PHOTO, **fields)
        assert drafts(house) == before
        assert "ảnh hay ghi âm" in browser.page and "Đã nhận" not in browser.page

    def test_another_site_cannot_send_a_file(self, house: House) -> None:
        browser = at_files_page(house)
        before = drafts(house)
        answer = browser.http.post(
            FORM_PATH,
            data=browser.fields(),
            files=[("file", ("a.jpg", PHOTO))],
            headers={"sec-fetch-site": "cross-site"},
        )
        assert answer.status_code == 422 and drafts(house) == before

    def test_a_file_can_be_removed_without_javascript(self, house: House) -> None:
        browser = upload(at_files_page(house), PHOTO, PHOTO)
        assert "Đã có 1 ảnh" in browser.post(option="drop2").page
        assert "ảnh hay ghi âm" in browser.post(option="drop1").page


def test_what_two_pages_send_at_once_is_at_most_eight_together() -> None:
    play = playing(*(kept(number) for number in range(7)))
    outcome = attached(play.draft, [kept(7), kept(8)], context())
    assert [note.key for note in outcome.notes] == ["file.taken", "file.full"]
    assert len(outcome.draft.files) == MAX_FILES


def test_a_file_that_is_not_kept_is_said_beside_the_others() -> None:
    play = at_step(Step.FILES)
    outcome = attached(play.draft, [NotKept("file.busy"), kept(1)], context())
    assert [note.key for note in outcome.notes] == ["file.busy", "file.taken"]
