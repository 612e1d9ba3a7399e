"""A trainer corrects a topic in the studio; nothing is lost, and nothing broken goes out."""

import re
from datetime import datetime

import httpx
import pytest

from backend.accounts.roles import Role
from backend.studio.forms import REVIEW_AFTER
from backend.web.moments import VIET_NAM
from tests.backend.knowledge.topics import SOUND
from tests.backend.staff import Browser
from tests.backend.studio.conftest import TOPIC, SignedIn

PAGE = f"/studio/topics/{TOPIC}"


def fields(browser: Browser, **changed: str) -> dict[str, str]:
    """The editor's fields as the page shows them, with changes."""
    found: dict[str, str] = {}
    for name in ("title", "title_en", "summary", "reviewed", "review_by", "based_on"):
        match = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', browser.text)
        assert match, name
        found[name] = match.group(1)
    for name in ("aliases", "answer", "how", "signs", "do_now", "law", "help", "english"):
        match = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n(.*?)</textarea>', browser.text, re.DOTALL)
        assert match, name
        found[name] = match.group(1)
    for name in ("source_ref", "source_day", "source_url"):
        match = re.search(rf'name="{name}"[^>]*value="([^"]*)"', browser.text)
        assert match, name
        found[name] = match.group(1)
    return {**found, "related": "bat_ho", "hotlines": "113", **changed}


async def answer_to_workers(client: httpx.AsyncClient) -> str:
    return str((await client.get(f"/internal/topics/{TOPIC}")).json()["answer"])


async def test_the_list_shows_each_topic_and_finds_it_without_diacritics(trainer: Browser) -> None:
    await trainer.get("/studio/topics")
    assert SOUND.title in trainer.text
    await trainer.get("/studio/topics?q=cam+the+luong")
    assert SOUND.title in trainer.text
    await trainer.get("/studio/topics?q=bong+da")
    assert SOUND.title not in trainer.text
    assert "Không có chủ đề nào khớp" in trainer.text


async def test_the_editor_shows_the_text_as_people_write_it(trainer: Browser) -> None:
    await trainer.get(PAGE)
    shown = fields(trainer)
    assert shown["signs"] == "Đòi mã PIN.\nĐòi giữ thẻ.\nĐòi giữ căn cước."
    assert shown["do_now"].startswith("Gọi ngân hàng khóa thẻ.\n")
    assert shown["answer"].endswith("Bị dọa thì gọi ☎113.")
    assert "Bị dọa thì gọi 113." in trainer.text, "the worker's view has the number alone"
    assert "Đây là bản công nhân đang đọc." in trainer.text


async def test_a_published_correction_is_what_the_next_worker_reads(
    trainer: Browser, internal_client: httpx.AsyncClient
) -> None:
    await trainer.get(PAGE)
    changed = fields(trainer, answer="Đừng đưa thẻ cho ai.\nBị dọa thì gọi 113.", note="Câu đầu rõ hơn")
    await trainer.post(f"{PAGE}/publish", **changed)
    assert "Đã đăng." in trainer.text
    assert await answer_to_workers(internal_client) == "Đừng đưa thẻ cho ai.\nBị dọa thì gọi 113."
    await trainer.get(f"{PAGE}/versions")
    assert "Câu đầu rõ hơn" in trainer.text
    assert "Bản 2" in trainer.text


async def test_work_is_kept_and_workers_do_not_see_it(
    trainer: Browser, internal_client: httpx.AsyncClient
) -> None:
    before = await answer_to_workers(internal_client)
    await trainer.get(PAGE)
    await trainer.post(f"{PAGE}/draft", **fields(trainer, answer="Đang viết dở"))
    await trainer.get(PAGE)
    assert fields(trainer)["answer"] == "Đang viết dở"
    assert "Đã giữ bản nháp" in trainer.text
    assert await answer_to_workers(internal_client) == before
    await trainer.get("/studio/topics")
    assert "Bạn đang sửa dở" in trainer.text


async def test_the_preview_follows_the_typing(trainer: Browser) -> None:
    await trainer.get(PAGE)
    sent = fields(trainer, answer="Khóa thẻ ngay. " * 50)
    trainer.client.headers["hx-request"] = "true"
    await trainer.post(f"{PAGE}/draft", **sent)
    assert trainer.page.status_code == 200
    assert "<html" not in trainer.text
    assert 'class="said said-bot">Khóa thẻ ngay.' in trainer.text
    assert re.search(r'id="length-answer" hx-swap-oob="true">749/600<', trainer.text)
    assert "Dài 749 ký tự, tối đa 600." in trainer.text


async def test_undoing_every_change_leaves_no_draft(trainer: Browser) -> None:
    await trainer.get(PAGE)
    original = fields(trainer)
    await trainer.post(f"{PAGE}/draft", **{**original, "answer": "Đang viết dở"})
    await trainer.post(f"{PAGE}/draft", **original)
    assert "Đây là bản công nhân đang đọc." in trainer.text


async def test_a_broken_text_is_refused_with_the_reason_and_kept(
    trainer: Browser, internal_client: httpx.AsyncClient
) -> None:
    before = await answer_to_workers(internal_client)
    await trainer.get(PAGE)
    broken = fields(trainer, answer="Đây là lừa đảo.", signs="Một dấu hiệu thôi.", note="thử")
    await trainer.post(f"{PAGE}/publish", **broken)
    assert trainer.page.status_code == 422
    assert "An Tâm không kết luận" in trainer.text
    assert "Có 1 dấu hiệu, cần từ 3 đến 5." in trainer.text
    assert fields(trainer)["answer"] == "Đây là lừa đảo."
    assert 'id="note" name="note" value="thử"' in trainer.text
    assert await answer_to_workers(internal_client) == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reviewed": "hôm qua"}, "Ngày không đọc được."),
        ({"source_day": ""}, "Mỗi nguồn cần tên và ngày"),
        ({"help": "Gọi 0901 234 567 gặp chị Lan."}, "Số 0901 234 567 không có trong danh bạ"),
        ({"law": "Theo Bộ luật Hình sự thì bị phạt."}, "thiếu số hiệu"),
    ],
)
async def test_what_cannot_be_used_is_said_in_plain_words(
    trainer: Browser, changed: dict[str, str], sentence: str
) -> None:
    await trainer.get(PAGE)
    await trainer.post(f"{PAGE}/publish", **fields(trainer, **changed))
    assert trainer.page.status_code == 422
    assert sentence in trainer.text


async def test_publishing_without_a_change_makes_no_version(trainer: Browser) -> None:
    await trainer.get(PAGE)
    await trainer.post(f"{PAGE}/publish", **fields(trainer))
    assert "giống hệt bản đang đăng" in trainer.text
    await trainer.get(f"{PAGE}/versions")
    assert "Bản 2" not in trainer.text


async def test_a_review_ticked_today_moves_both_days(trainer: Browser) -> None:
    await trainer.get(PAGE)
    await trainer.post(f"{PAGE}/publish", **fields(trainer, reviewed_today="yes", note="Đã đọc lại"))
    assert "Đã đăng." in trainer.text
    today = datetime.now(VIET_NAM).date()
    assert fields(trainer)["reviewed"] == today.isoformat()
    assert fields(trainer)["review_by"] == (today + REVIEW_AFTER).isoformat()


class TestTwoTrainers:
    """Who publishes second sees both texts and decides; nothing is overwritten unseen."""

    @pytest.fixture
    async def other(self, signed_in: SignedIn) -> Browser:
        return await signed_in("Nam", Role.TRAINER)

    async def both_edit(self, trainer: Browser, other: Browser) -> None:
        await trainer.get(PAGE)
        await other.get(PAGE)
        await other.post(f"{PAGE}/publish", **fields(other, answer="Bản của Nam.", note="Nam sửa"))
        await trainer.post(f"{PAGE}/publish", **fields(trainer, answer="Bản của Hoa."))

    async def test_the_second_is_told_and_shown_both(
        self, trainer: Browser, other: Browser, internal_client: httpx.AsyncClient
    ) -> None:
        await self.both_edit(trainer, other)
        assert trainer.page.status_code == 409
        assert "Nam đăng bản 2 lúc" in trainer.text
        assert "“Nam sửa”" in trainer.text
        assert "<del>Nam</del><ins>Hoa</ins>" in trainer.text
        assert await answer_to_workers(internal_client) == "Bản của Nam."

    async def test_the_second_may_go_on_with_their_own(
        self, trainer: Browser, other: Browser, internal_client: httpx.AsyncClient
    ) -> None:
        await self.both_edit(trainer, other)
        await trainer.post(f"{PAGE}/go-on")
        assert fields(trainer)["answer"] == "Bản của Hoa."
        await trainer.post(f"{PAGE}/publish", **fields(trainer))
        assert await answer_to_workers(internal_client) == "Bản của Hoa."

    async def test_the_second_may_give_way(self, trainer: Browser, other: Browser) -> None:
        await self.both_edit(trainer, other)
        await trainer.post(f"{PAGE}/discard")
        assert fields(trainer)["answer"] == "Bản của Nam."

    async def test_drafts_are_each_trainers_own(self, trainer: Browser, other: Browser) -> None:
        await trainer.get(PAGE)
        await trainer.post(f"{PAGE}/draft", **fields(trainer, answer="Nháp của Hoa."))
        await other.get(PAGE)
        assert "Nháp của Hoa." not in other.text


class TestVersions:
    """Every published text stays, can be compared word by word, and can come back."""

    async def edit(self, trainer: Browser) -> None:
        await trainer.get(PAGE)
        changed = "Đưa thẻ là mất nửa tháng lương.\nGọi ngân hàng khóa thẻ.\nBị dọa thì gọi 113."
        await trainer.post(f"{PAGE}/publish", **fields(trainer, answer=changed))

    async def test_differences_are_shown_word_by_word(self, trainer: Browser) -> None:
        await self.edit(trainer)
        await trainer.get(f"{PAGE}/versions/2")
        assert "mất <del>cả</del><ins>nửa</ins> tháng" in trainer.text

    async def test_an_old_version_comes_back_as_a_new_one(
        self, trainer: Browser, internal_client: httpx.AsyncClient
    ) -> None:
        await self.edit(trainer)
        await trainer.get(f"{PAGE}/versions/1")
        await trainer.post(f"{PAGE}/versions/1/restore", based_on="2")
        assert "Đã đăng lại bản cũ." in trainer.text
        assert "Lấy lại bản 1" in trainer.text
        assert "mất cả tháng" in await answer_to_workers(internal_client)

    async def test_restoring_over_what_one_has_not_seen_is_refused(self, trainer: Browser) -> None:
        await self.edit(trainer)
        await trainer.get(f"{PAGE}/versions/1")
        await trainer.post(f"{PAGE}/versions/1/restore", based_on="1")
        assert trainer.page.status_code == 409

    async def test_an_unknown_version_is_not_found(self, trainer: Browser) -> None:
        for path in (f"{PAGE}/versions/9", f"{PAGE}/versions/1?against=9", "/studio/topics/nothing"):
            await trainer.get(path)
            assert trainer.page.status_code == 404


class TestNewTopic:
    """A topic can be added without a developer."""

    async def test_it_exists_for_workers_once_published(
        self, trainer: Browser, internal_client: httpx.AsyncClient
    ) -> None:
        await trainer.get("/studio/topics/new")
        await trainer.post("/studio/topics/new", title="Vay tiền đồng hương")
        assert trainer.path == "/studio/topics/vay_tien_dong_huong"
        await trainer.get("/studio/topics")
        assert "Chưa đăng" in trainer.text
        address = "/internal/topics/vay_tien_dong_huong"
        assert (await internal_client.get(address)).status_code == 404
        await trainer.get(PAGE)
        content = fields(trainer, title="Vay tiền đồng hương", based_on="0", related=TOPIC)
        await trainer.post("/studio/topics/vay_tien_dong_huong/publish", **content)
        assert "Đã đăng." in trainer.text
        assert (await internal_client.get(address)).json()["title"] == "Vay tiền đồng hương"

    async def test_its_id_is_never_anothers(self, trainer: Browser) -> None:
        await trainer.get("/studio/topics/new")
        await trainer.post("/studio/topics/new", title="Loan shark")
        assert trainer.path == "/studio/topics/loan_shark_2"

    async def test_it_needs_a_name(self, trainer: Browser) -> None:
        await trainer.get("/studio/topics/new")
        await trainer.post("/studio/topics/new", title="  ")
        assert trainer.page.status_code == 422
        assert "Hãy đặt tên cho chủ đề." in trainer.text


@pytest.mark.parametrize("role", [Role.UNION_LIAISON, Role.POLICE_LIAISON])
async def test_liaisons_do_not_edit_topics(signed_in: SignedIn, published: None, role: Role) -> None:
    browser = await signed_in("Lan", role)
    for path in ("/studio/topics", "/studio/topics/new", PAGE, f"{PAGE}/versions", f"{PAGE}/versions/1"):
        await browser.get(path)
        assert browser.page.status_code == 403


async def test_html_in_a_text_is_shown_as_text(trainer: Browser) -> None:
    await trainer.get(PAGE)
    await trainer.post(f"{PAGE}/draft", **fields(trainer, how="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in trainer.page.text
    assert "&lt;script&gt;alert(1)" in trainer.page.text
