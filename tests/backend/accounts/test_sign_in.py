"""The life of a sign-in, in a browser."""

from collections.abc import Callable

from fastapi import FastAPI

from backend.accounts.roles import Role
from tests.backend.staff import Browser, first_sign_in, new_account

NewBrowser = Callable[[], Browser]


class TestFirstSignIn:
    async def test_leads_from_the_one_time_password_to_the_first_page_of_the_role(
        self, app: FastAPI, browser: Browser
    ) -> None:
        account = await new_account(app, "hoa", Role.ADMINISTRATOR)
        await first_sign_in(browser, account)
        assert browser.page.status_code == 200, browser.text
        assert browser.path == "/accounts"
