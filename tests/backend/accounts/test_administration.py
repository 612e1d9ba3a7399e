"""An administrator's work: accounts come and go, desks are set up, and no key passes through their hands."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from backend.accounts.roles import Role
from backend.accounts.schemas import NewAccount
from tests.backend.staff import Browser, Credentials, at_work, first_sign_in, new_account, sign_in_again

NewBrowser = Callable[[], Browser]


@pytest.fixture
async def admin(app: FastAPI, new_browser: NewBrowser) -> Browser:
    """A browser in which an administrator is signed in."""
    browser = new_browser()
    await at_work(app, browser, "quan.tri", Role.ADMINISTRATOR)
    return browser


async def page_of(admin: Browser, account: NewAccount | Credentials) -> str:
    """Open an account's page; its path."""
    await admin.get("/accounts")
    found = re.search(
        rf'href="(/accounts/[0-9a-f-]+)">[^<]*</a></th>\s*<td><code>{re.escape(account.login)}</code>',
        admin.page.text,
    )
    assert found
    await admin.get(found.group(1))
    return found.group(1)


async def invited_liaison(app: FastAPI, admin: Browser) -> NewAccount:
    """A union liaison, as yet without a key, on a new national desk."""
    lan = await new_account(app, "lan", Role.UNION_LIAISON)
    await admin.get("/admin/desks")
    await admin.post("/admin/desks", kind="union", province="")
    desk = re.search(r'action="(/admin/desks/[0-9a-f-]+/members)"', admin.page.text)
    assert desk
    await admin.post(desk.group(1), member=str(lan.member_id))
    return lan


class TestAccounts:
    async def test_a_new_account_shows_its_one_time_password_once(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        await admin.get("/accounts")
        await admin.post("/accounts", login="Lan.Nguyen", display_name="Lan", role="union_liaison")
        shown = re.findall(r'<p class="secret[^"]*">([^<]+)</p>', admin.page.text)
        assert shown[0] == "lan.nguyen"
        await admin.get("/accounts")
        assert shown[1] not in admin.text
        lan = new_browser()
        await lan.post_first("/sign-in", login="lan.nguyen", password=shown[1])
        assert lan.path == "/sign-in/password"

    @pytest.mark.parametrize(
        ("login", "name", "sentence"),
        [
            ("a b", "Lan", "Tên đăng nhập cần"),
            ("", "Lan", "Tên đăng nhập cần"),
            ("lan", "   ", "Hãy điền tên"),
            ("lan", "x" * 81, "Hãy điền tên"),
            ("quan.tri", "Lan", "đã có người dùng"),
        ],
    )
    async def test_a_bad_name_is_refused_with_a_reason(
        self, admin: Browser, login: str, name: str, sentence: str
    ) -> None:
        await admin.get("/accounts")
        await admin.post("/accounts", login=login, display_name=name, role="trainer")
        assert admin.page.status_code == 422
        assert sentence in admin.text

    async def test_a_deactivated_member_is_out_at_once(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        browser = new_browser()
        mine = await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
        path = await page_of(admin, mine)
        await admin.post(f"{path}/deactivate")
        assert "Đã khóa tài khoản" in admin.text
        await browser.get("/me")
        assert browser.path == "/sign-in"
        await browser.post("/sign-in", login="hoa", password=mine.password)
        assert browser.page.status_code == 422
        async with app.state.sessionmaker() as session:
            assert await session.scalar(text("SELECT count(*) FROM member_keys")) == 1

    async def test_a_reset_account_begins_anew_and_the_old_password_is_dead(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        mine = await first_sign_in(new_browser(), await new_account(app, "hoa", Role.TRAINER))
        path = await page_of(admin, mine)
        await admin.post(f"{path}/reset")
        fresh = re.findall(r'<p class="secret[^"]*">([^<]+)</p>', admin.page.text)[1]
        browser = new_browser()
        await browser.post_first("/sign-in", login="hoa", password=mine.password)
        assert browser.page.status_code == 422
        await browser.post("/sign-in", login="hoa", password=fresh)
        assert browser.path == "/sign-in/password"

    async def test_a_new_phone_keeps_password_and_keys(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        mine = await first_sign_in(new_browser(), await new_account(app, "hoa", Role.TRAINER))
        path = await page_of(admin, mine)
        await admin.post(f"{path}/new-phone")
        browser = new_browser()
        await browser.post_first("/sign-in", login="hoa", password=mine.password)
        assert browser.path == "/sign-in/app"

    async def test_a_new_phone_ends_the_recovery_key_which_would_now_be_enough_to_come_in(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        mine = await first_sign_in(new_browser(), await new_account(app, "hoa", Role.TRAINER))
        await admin.post(f"{await page_of(admin, mine)}/new-phone")
        finder, chosen = new_browser(), "mùa nước nổi năm ấy cá linh nhiều"
        fields = {"password": chosen, "repeated": chosen, "recovery_key": mine.recovery_key}
        await finder.post_first("/recover", login="hoa", **fields)
        assert finder.page.status_code == 422

    @pytest.mark.parametrize("act", ["deactivate", "reset", "new-phone"])
    async def test_nobody_does_it_to_themselves(self, app: FastAPI, admin: Browser, act: str) -> None:
        await admin.get("/accounts")
        found = re.search(r'href="(/accounts/[0-9a-f-]+)"', admin.page.text)
        assert found
        await admin.post(f"{found.group(1)}/{act}")
        assert admin.page.status_code == 422
        assert "chính mình" in admin.text

    async def test_every_act_stands_in_the_audit_log(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        mine = await first_sign_in(new_browser(), await new_account(app, "hoa", Role.TRAINER))
        path = await page_of(admin, mine)
        await admin.post(f"{path}/new-phone")
        await admin.post(f"{path}/deactivate")
        async with app.state.sessionmaker() as session:
            rows = await session.execute(
                text("SELECT action FROM audit_entries WHERE subject = :subject ORDER BY number"),
                {"subject": f"member:{path.rsplit('/', 1)[1]}"},
            )
        assert [row.action for row in rows] == [
            "account.created",
            "account.password_chosen",
            "account.totp_enrolled",
            "account.signed_in",
            "account.totp_reset",
            "account.deactivated",
        ]


class TestDesks:
    async def test_a_desk_comes_to_life_when_its_first_member_signs_in(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        lan = await new_account(app, "lan", Role.UNION_LIAISON)
        await admin.get("/admin/desks")
        await admin.post("/admin/desks", kind="union", province="")
        assert "chưa nhận được tin" in admin.text
        desk = re.search(r'action="(/admin/desks/[0-9a-f-]+/members)"', admin.page.text)
        assert desk
        await admin.post(desk.group(1), member=str(lan.member_id))
        assert "chưa nhận được tin" in admin.text
        await first_sign_in(new_browser(), lan)
        await admin.get("/admin/desks")
        assert "đang hoạt động" in admin.text

    async def test_the_second_member_waits_until_the_first_lets_them_in(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        lan = await new_account(app, "lan", Role.UNION_LIAISON)
        mai = await new_account(app, "mai", Role.UNION_LIAISON)
        await admin.get("/admin/desks")
        await admin.post("/admin/desks", kind="union", province="")
        desk = re.search(r'action="(/admin/desks/[0-9a-f-]+/members)"', admin.page.text)
        assert desk
        first, second = new_browser(), new_browser()
        await admin.post(desk.group(1), member=str(lan.member_id))
        await first_sign_in(first, lan)
        await admin.post(desk.group(1), member=str(mai.member_id))
        await first_sign_in(second, mai)
        assert "chưa có chìa khóa của tổ" in second.text
        await first.get("/desks")
        grant = re.search(r'action="(/desks/[0-9a-f-]+/grant)"', first.page.text)
        assert grant
        await first.post(grant.group(1), member=str(mai.member_id))
        assert "Đã cho vào tổ" in first.text
        await second.get("/queue")
        assert "chưa có chìa khóa của tổ" not in second.text

    async def test_a_police_liaison_cannot_be_put_on_a_union_desk(self, app: FastAPI, admin: Browser) -> None:
        lan = await new_account(app, "lan", Role.UNION_LIAISON)
        minh = await new_account(app, "minh", Role.POLICE_LIAISON)
        assert lan
        await admin.get("/admin/desks")
        await admin.post("/admin/desks", kind="union", province="")
        desk = re.search(r'action="(/admin/desks/[0-9a-f-]+/members)"', admin.page.text)
        assert desk
        await admin.post(desk.group(1), member=str(minh.member_id))
        assert admin.page.status_code == 422

    async def test_before_a_desk_loses_its_last_member_the_administrator_is_warned(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        lan = await invited_liaison(app, admin)
        browser = new_browser()
        mine = await first_sign_in(browser, lan)
        path = await page_of(admin, mine)
        assert "Chỉ người này giữ chìa khóa" in admin.text
        assert "tổ này không có khóa dự phòng" in admin.text
        for act in ("deactivate", "reset"):
            await admin.post(f"{path}/{act}", typed="tổ này")
            assert admin.page.status_code == 422
            assert "hãy gõ đúng tên đăng nhập" in admin.text
        await browser.get("/queue")
        assert browser.path == "/queue"
        await admin.post(f"{path}/deactivate", typed="lan")
        assert "Đã khóa tài khoản" in admin.text
        await admin.get("/admin/desks")
        assert "Tổ này đã mất chìa khóa" in admin.text

    async def test_signing_in_again_later_keeps_the_desk(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        lan = await invited_liaison(app, admin)
        mine = await first_sign_in(new_browser(), lan)
        again = new_browser()
        await sign_in_again(again, mine)
        assert again.path == "/queue"
        await again.get("/desks")
        assert "có chìa khóa từ" in again.text

    async def test_a_reset_last_member_brings_the_desk_back_to_life(
        self, app: FastAPI, admin: Browser, new_browser: NewBrowser
    ) -> None:
        lan = await invited_liaison(app, admin)
        mine = await first_sign_in(new_browser(), lan)
        path = await page_of(admin, mine)
        await admin.post(f"{path}/reset", typed="lan")
        fresh = re.findall(r'<p class="secret[^"]*">([^<]+)</p>', admin.page.text)[1]
        await admin.get("/admin/desks")
        assert "chưa nhận được tin" in admin.text
        again = NewAccount(lan.member_id, "lan", Role.UNION_LIAISON, fresh)
        await first_sign_in(new_browser(), again, "mùa nước nổi năm ấy cá linh nhiều")
        await admin.get("/admin/desks")
        assert "đang hoạt động" in admin.text
