"""The life of a sign-in, in a browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from backend.accounts.roles import Role
from tests.backend.staff import (
    PASSWORD,
    Browser,
    Credentials,
    first_sign_in,
    new_account,
    sign_in_again,
)

NewBrowser = Callable[[], Browser]
ANOTHER_PASSWORD = "mùa nước nổi năm ấy cá linh nhiều"


async def run(app: FastAPI, statement: str, **values: object) -> None:
    """Change the database behind the application's back."""
    async with app.state.sessionmaker.begin() as session:
        await session.execute(text(statement), values)


async def ready(app: FastAPI, browser: Browser, role: Role = Role.TRAINER) -> Credentials:
    """A member who finished the first sign-in and signed out again."""
    mine = await first_sign_in(browser, await new_account(app, "hoa.tran", role))
    await browser.get("/me")
    await browser.post("/sign-out")
    return mine


class TestFirstSignIn:
    async def test_leads_from_the_one_time_password_to_the_first_page_of_the_role(
        self, app: FastAPI, browser: Browser
    ) -> None:
        account = await new_account(app, "hoa", Role.ADMINISTRATOR)
        await first_sign_in(browser, account)
        assert browser.page.status_code == 200
        assert browser.path == "/accounts"

    async def test_the_one_time_password_is_read_whatever_case_and_spaces_it_is_typed_with(
        self, app: FastAPI, browser: Browser
    ) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        typed = " " + account.one_time_password.upper().replace("-", " ")
        await browser.post_first("/sign-in", login=" HOA ", password=typed)
        assert browser.path == "/sign-in/password"

    async def test_the_one_time_password_works_no_more_once_a_password_is_chosen(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        await first_sign_in(new_browser(), account)
        thief = new_browser()
        await thief.post_first("/sign-in", login="hoa", password=account.one_time_password)
        assert thief.page.status_code == 422

    async def test_the_one_time_password_works_no_more_after_seven_days(
        self, app: FastAPI, browser: Browser
    ) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        await run(app, "UPDATE members SET one_time_until = one_time_until - interval '7 days'")
        await browser.post_first("/sign-in", login="hoa", password=account.one_time_password)
        assert browser.page.status_code == 422

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("ngắn quá", "ít nhất 14 ký tự"),
            ("hoa.tran.hoa.tran", "gần giống tên"),
            ("aaaaaaaaaaaaaaaaaa", "dễ đoán"),
            ("Matkhau123456!", "dễ đoán"),
        ],
    )
    async def test_a_weak_password_is_refused_with_a_reason(
        self, app: FastAPI, browser: Browser, password: str, sentence: str
    ) -> None:
        account = await new_account(app, "hoa.tran", Role.TRAINER)
        await browser.post_first("/sign-in", login="hoa.tran", password=account.one_time_password)
        await browser.post("/sign-in/password", password=password, repeated=password)
        assert browser.page.status_code == 422
        assert sentence in browser.text
        assert password not in browser.text

    async def test_two_different_passwords_are_refused(self, app: FastAPI, browser: Browser) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        await browser.post_first("/sign-in", login="hoa", password=account.one_time_password)
        await browser.post("/sign-in/password", password=PASSWORD, repeated=ANOTHER_PASSWORD)
        assert "chưa giống nhau" in browser.text

    async def test_no_step_can_be_skipped(self, app: FastAPI, browser: Browser) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        await browser.post_first("/sign-in", login="hoa", password=account.one_time_password)
        for page in ("/me", "/sign-in/code", "/sign-in/recovery-key", "/studio/topics"):
            await browser.get(page)
            assert browser.path == "/sign-in/password", page

    async def test_a_new_account_that_left_before_the_code_is_asked_for_it_next_time(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        browser = new_browser()
        await browser.post_first("/sign-in", login="hoa", password=account.one_time_password)
        await browser.post("/sign-in/password", password=PASSWORD, repeated=PASSWORD)
        again = new_browser()
        await again.post_first("/sign-in", login="hoa", password=PASSWORD)
        assert again.path == "/sign-in/app"
        assert again.secret == browser.secret


class TestSignIn:
    async def test_needs_the_password_and_a_fresh_code(self, app: FastAPI, browser: Browser) -> None:
        mine = await ready(app, browser)
        await sign_in_again(browser, mine)
        assert browser.client.cookies.get("antam_session")
        await browser.get("/me")
        assert browser.path == "/me"

    async def test_the_password_alone_opens_nothing(self, app: FastAPI, browser: Browser) -> None:
        mine = await ready(app, browser)
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        assert browser.path == "/sign-in/code"
        await browser.get("/me")
        assert browser.path == "/sign-in/code"

    async def test_leads_back_to_the_page_that_was_asked_for(self, app: FastAPI, browser: Browser) -> None:
        mine = await ready(app, browser)
        await browser.get("/me?x=1")
        assert browser.page.url.query == b"next=/me%3Fx%3D1"
        await browser.post("/sign-in", login=mine.login, password=mine.password, next="/me?x=1")
        await browser.post("/sign-in/code", code=mine.code(), next="/me?x=1")
        assert str(browser.page.url).endswith("/me?x=1")

    @pytest.mark.parametrize("elsewhere", ["https://evil.test/", "//evil.test", "/\\evil.test", "me"])
    async def test_never_leads_to_another_site(self, app: FastAPI, browser: Browser, elsewhere: str) -> None:
        mine = await ready(app, browser)
        await browser.post_first("/sign-in", login=mine.login, password=mine.password, next=elsewhere)
        await browser.post("/sign-in/code", code=mine.code(), next=elsewhere)
        assert browser.page.url.host == "antam.test"

    async def test_an_unknown_name_and_a_wrong_password_get_the_same_page(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        await browser.post_first("/sign-in", login=mine.login, password="sai rồi nhé bạn ơi")
        known, status = browser.text.replace(mine.login, "?"), browser.page.status_code
        await browser.post_first("/sign-in", login="khong.co.ai", password="sai rồi nhé bạn ơi")
        assert browser.text.replace("khong.co.ai", "?") == known
        assert browser.page.status_code == status == 422

    async def test_a_deactivated_member_gets_the_page_of_a_wrong_password(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        await run(app, "UPDATE members SET active = false")
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        assert browser.page.status_code == 422

    async def test_a_code_never_works_twice(self, app: FastAPI, new_browser: NewBrowser) -> None:
        mine = await ready(app, new_browser())
        code = mine.code()
        first, second = new_browser(), new_browser()
        await first.post_first("/sign-in", login=mine.login, password=mine.password)
        await second.post_first("/sign-in", login=mine.login, password=mine.password)
        await first.post("/sign-in/code", code=code)
        await second.post("/sign-in/code", code=code)
        assert first.page.status_code != 422
        assert second.page.status_code == 422
        assert second.path == "/sign-in/code"

    async def test_an_older_code_does_not_work_after_a_newer_one(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        step = int(datetime.now(UTC).timestamp()) // 30
        await run(app, "UPDATE member_keys SET totp_last_step = :step", step=step)
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        await browser.post("/sign-in/code", code=pyotp.TOTP(mine.totp_secret).generate_otp(step - 1))
        assert browser.page.status_code == 422

    @pytest.mark.parametrize("code", ["", "12345", "abcdef", "١٢٣٤٥٦", "0" * 300])
    async def test_what_is_no_code_is_refused_kindly(self, app: FastAPI, browser: Browser, code: str) -> None:
        mine = await ready(app, browser)
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        await browser.post("/sign-in/code", code=code)
        assert browser.page.status_code == 422
        assert "Mã chưa đúng" in browser.text

    @pytest.mark.parametrize(
        ("login", "password"), [("", ""), ("x" * 300, "y" * 1000), ("\u0000hoa", "🍜" * 200), ("'; --", "'")]
    )
    async def test_odd_input_gets_a_page_and_no_error(
        self, browser: Browser, login: str, password: str
    ) -> None:
        await browser.post_first("/sign-in", login=login, password=password)
        assert browser.page.status_code == 422


class TestThrottling:
    async def test_many_wrong_passwords_must_wait_even_with_the_right_one(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        for _ in range(6):
            await browser.post_first("/sign-in", login=mine.login, password="sai rồi nhé bạn ơi")
            assert browser.page.status_code == 422
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        assert browser.page.status_code == 429
        assert 0 < int(browser.page.headers["retry-after"]) <= 5
        assert "Đã thử quá nhiều lần" in browser.text

    async def test_a_name_that_nobody_has_must_wait_alike(self, browser: Browser) -> None:
        for _ in range(6):
            await browser.post_first("/sign-in", login="khong.co.ai", password="sai rồi nhé bạn ơi")
        await browser.post_first("/sign-in", login="khong.co.ai", password="sai rồi nhé bạn ơi")
        assert browser.page.status_code == 429

    async def test_after_the_wait_the_right_password_works_and_the_count_is_forgotten(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        for _ in range(7):
            await browser.post_first("/sign-in", login=mine.login, password="sai rồi nhé bạn ơi")
        await run(app, "UPDATE sign_in_attempts SET blocked_until = now() - interval '1 second'")
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        # The second step is an attempt of its own, so it waits too while the count is high.
        await run(app, "UPDATE sign_in_attempts SET blocked_until = now() - interval '1 second'")
        await browser.post("/sign-in/code", code=mine.code())
        await browser.get("/me")
        assert browser.path == "/me"
        async with app.state.sessionmaker() as session:
            assert await session.scalar(text("SELECT count(*) FROM sign_in_attempts")) == 0

    async def test_the_right_password_does_not_make_code_guesses_free(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        statuses = []
        for _ in range(4):
            await browser.post_first("/sign-in", login=mine.login, password=mine.password)
            statuses.append(browser.page.status_code)
            await browser.post("/sign-in/code", code="000000")
            statuses.append(browser.page.status_code)
        assert 429 in statuses

    async def test_a_strangers_guesses_do_not_lock_the_owner_out_of_a_browser_used_before(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        own, strange = new_browser(), new_browser()
        mine = await ready(app, own)
        for _ in range(7):
            await strange.post_first("/sign-in", login=mine.login, password="sai rồi nhé bạn ơi")
        assert strange.page.status_code == 429
        await sign_in_again(own, mine)
        await own.get("/me")
        assert own.path == "/me"

    async def test_a_known_browser_is_slowed_down_too(self, app: FastAPI, browser: Browser) -> None:
        mine = await ready(app, browser)
        for _ in range(7):
            await browser.post_first("/sign-in", login=mine.login, password="sai rồi nhé bạn ơi")
        assert browser.page.status_code == 429

    @pytest.mark.parametrize(
        "mark", ["", "1", "1.00.00", "x.y.z", "9.aa.bb", "1." + "0" * 32 + "." + "0" * 64]
    )
    async def test_a_forged_mark_of_a_known_browser_counts_for_nothing(
        self, browser: Browser, mark: str
    ) -> None:
        statuses = []
        for number in range(7):
            browser.client.cookies.set("antam_known", f"{mark}{number if mark else ''}", domain="antam.test")
            await browser.post_first("/sign-in", login="khong.co.ai", password="sai rồi nhé bạn ơi")
            statuses.append(browser.page.status_code)
        assert statuses[-1] == 429

    async def test_the_table_of_attempts_holds_no_name(self, app: FastAPI, browser: Browser) -> None:
        await browser.post_first("/sign-in", login="hoa.tran", password="sai rồi nhé bạn ơi")
        async with app.state.sessionmaker() as session:
            row = (await session.execute(text("SELECT * FROM sign_in_attempts"))).one()
        assert "hoa" not in repr(row).lower()


async def recover(browser: Browser, mine: Credentials) -> None:
    """Set another password with the recovery key."""
    await browser.post_first(
        "/recover",
        login=mine.login,
        recovery_key=mine.recovery_key,
        password=ANOTHER_PASSWORD,
        repeated=ANOTHER_PASSWORD,
    )


class TestRecovery:
    async def test_the_recovery_key_sets_a_new_password_and_still_asks_for_the_code(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        mine = await ready(app, new_browser())
        browser = new_browser()
        await browser.post_first(
            "/recover",
            login=mine.login,
            recovery_key=mine.recovery_key.lower().replace("-", " "),
            password=ANOTHER_PASSWORD,
            repeated=ANOTHER_PASSWORD,
        )
        assert browser.path == "/sign-in/code"
        await browser.post("/sign-in/code", code=mine.code())
        assert browser.path == "/sign-in/recovery-key"
        await browser.post("/sign-in/recovery-key")
        assert browser.secret != mine.recovery_key
        old = new_browser()
        await old.post_first("/sign-in", login=mine.login, password=mine.password)
        assert old.page.status_code == 422

    async def test_a_wrong_recovery_key_and_an_unknown_name_get_the_same_page(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        pages = []
        for login in (mine.login, "khong.co.ai"):
            await browser.post_first(
                "/recover",
                login=login,
                recovery_key="A" * 32,
                password=ANOTHER_PASSWORD,
                repeated=ANOTHER_PASSWORD,
            )
            pages.append((browser.page.status_code, browser.text.replace(login, "?")))
        assert pages[0] == pages[1]
        assert pages[0][0] == 422

    async def test_a_lost_phone_is_replaced_with_password_and_recovery_key(
        self, app: FastAPI, browser: Browser
    ) -> None:
        mine = await ready(app, browser)
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        await browser.get("/sign-in/lost-phone")
        await browser.post("/sign-in/lost-phone", recovery_key="sai")
        assert browser.page.status_code == 422
        await browser.post("/sign-in/lost-phone", recovery_key=mine.recovery_key)
        assert browser.path == "/sign-in/app"
        assert browser.secret.replace(" ", "") != mine.totp_secret

    async def test_the_recovery_key_alone_replaces_password_or_phone_and_never_both(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        mine = await ready(app, new_browser())
        finder = new_browser()
        await recover(finder, mine)
        assert finder.path == "/sign-in/code"
        await finder.get("/sign-in/lost-phone")
        await finder.post("/sign-in/lost-phone", recovery_key=mine.recovery_key)
        assert finder.page.status_code == 422
        await finder.get("/sign-in/app")
        assert finder.path == "/sign-in/code"

    async def test_a_recovery_key_works_once(self, app: FastAPI, new_browser: NewBrowser) -> None:
        mine = await ready(app, new_browser())
        first, second = new_browser(), new_browser()
        await recover(first, mine)
        await recover(second, mine)
        assert second.page.status_code == 422

    async def test_a_replaced_phone_spends_the_recovery_key_and_ends_with_a_new_one(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        mine = await ready(app, new_browser())
        browser, finder = new_browser(), new_browser()
        await browser.post_first("/sign-in", login=mine.login, password=mine.password)
        await browser.get("/sign-in/lost-phone")
        await browser.post("/sign-in/lost-phone", recovery_key=mine.recovery_key)
        await recover(finder, mine)
        assert finder.page.status_code == 422
        mine.totp_secret = browser.secret.replace(" ", "")
        await browser.post("/sign-in/code", code=mine.code())
        assert browser.path == "/sign-in/recovery-key"
        await browser.post("/sign-in/recovery-key")
        assert browser.secret != mine.recovery_key
        await browser.post("/sign-in/done")
        assert browser.path == "/studio/topics"

    async def test_where_no_app_is_connected_a_recovery_key_opens_nothing(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        mine = await ready(app, new_browser())
        await run(app, "UPDATE member_keys SET totp_confirmed = false")
        finder = new_browser()
        await recover(finder, mine)
        assert finder.page.status_code == 422


class TestOwnAccount:
    async def test_a_changed_password_signs_every_other_browser_out(
        self, app: FastAPI, new_browser: NewBrowser
    ) -> None:
        here, there = new_browser(), new_browser()
        mine = await first_sign_in(here, await new_account(app, "hoa", Role.TRAINER))
        await sign_in_again(there, mine)
        await here.get("/me")
        await here.post(
            "/me/password", current=PASSWORD, password=ANOTHER_PASSWORD, repeated=ANOTHER_PASSWORD
        )
        assert here.page.status_code == 200
        assert "Đã đổi mật khẩu" in here.text
        await there.get("/me")
        assert there.path == "/sign-in"

    async def test_the_current_password_is_asked_for(self, app: FastAPI, browser: Browser) -> None:
        await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
        await browser.get("/me")
        await browser.post(
            "/me/password", current="sai", password=ANOTHER_PASSWORD, repeated=ANOTHER_PASSWORD
        )
        assert browser.page.status_code == 422
        assert "Mật khẩu hiện tại chưa đúng" in browser.text

    async def test_a_new_recovery_key_ends_the_old_one(self, app: FastAPI, new_browser: NewBrowser) -> None:
        browser = new_browser()
        mine = await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
        await browser.get("/me")
        await browser.post("/me/recovery-key", current=PASSWORD)
        assert browser.secret != mine.recovery_key
        forgetful = new_browser()
        for key, expected in ((mine.recovery_key, 422), (browser.secret, 200)):
            await forgetful.post_first(
                "/recover",
                login="hoa",
                recovery_key=key,
                password=ANOTHER_PASSWORD,
                repeated=ANOTHER_PASSWORD,
            )
            assert forgetful.page.status_code == expected


class TestSession:
    async def test_signing_out_ends_it_on_the_server_too(self, app: FastAPI, browser: Browser) -> None:
        await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
        stolen = browser.client.cookies.get("antam_session") or ""
        await browser.get("/me")
        await browser.post("/sign-out")
        browser.client.cookies.set("antam_session", stolen, domain="antam.test")
        await browser.get("/me")
        assert browser.path == "/sign-in"

    @pytest.mark.parametrize(
        ("column", "age"), [("last_seen_at", timedelta(minutes=31)), ("created_at", timedelta(hours=13))]
    )
    async def test_ends_after_half_an_idle_hour_and_after_twelve_hours_in_all(
        self, app: FastAPI, browser: Browser, column: str, age: timedelta
    ) -> None:
        await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
        await run(app, f"UPDATE staff_sessions SET {column} = now() - :age", age=age)
        await browser.get("/me")
        assert browser.path == "/sign-in"

    async def test_a_request_that_the_page_makes_by_itself_does_not_keep_it_alive(
        self, app: FastAPI, browser: Browser
    ) -> None:
        await first_sign_in(browser, await new_account(app, "hoa", Role.TRAINER))
        await run(app, "UPDATE staff_sessions SET last_seen_at = now() - interval '20 minutes'")
        fresh = text("SELECT count(*) FROM staff_sessions WHERE last_seen_at > now() - interval '1 minute'")
        await browser.client.get("/me", headers={"X-Page-Poll": "1"})
        async with app.state.sessionmaker() as session:
            assert await session.scalar(fresh) == 0
        await browser.client.get("/me")
        async with app.state.sessionmaker() as session:
            assert await session.scalar(fresh) == 1

    async def test_the_token_changes_at_every_step(self, app: FastAPI, browser: Browser) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        seen = []
        await browser.post_first("/sign-in", login="hoa", password=account.one_time_password)
        seen.append(browser.client.cookies.get("antam_session"))
        await browser.post("/sign-in/password", password=PASSWORD, repeated=PASSWORD)
        seen.append(browser.client.cookies.get("antam_session"))
        await browser.post("/sign-in/code", code=pyotp.TOTP(browser.secret.replace(" ", "")).now())
        seen.append(browser.client.cookies.get("antam_session"))
        assert len(set(seen)) == 3

    async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
        self, app: FastAPI, browser: Browser
    ) -> None:
        account = await new_account(app, "hoa", Role.TRAINER)
        answer = await browser.client.post(
            "/sign-in", data={"login": "hoa", "password": account.one_time_password}
        )
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Max-Age" not in cookie
