"""Liaisons at work over HTTP: they open tips, answer, note, change a status; each word of it is planted."""

import asyncio
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from backend.accounts.roles import Role
from backend.accounts.schemas import NewAccount
from tests.backend.staff import Browser, first_sign_in
from tests.canary import words
from tests.canary.forms import Planted
from tests.canary.words import Inventor
from tests.e2e.house import House

_TIP = re.compile(r'href="(/desks/[0-9a-f-]{36}/tips/[0-9a-f-]{36})"')


@dataclass
class Desk:
    """What one liaison wrote."""

    role: str
    login: str
    password: str = field(repr=False)
    answers: list[str] = field(default_factory=list, repr=False)
    notes: list[str] = field(default_factory=list, repr=False)
    reasons: list[str] = field(default_factory=list, repr=False)

    def planted(self) -> Iterator[Planted]:
        yield Planted(self.role, "password", self.password)
        for kind, texts in (("answer", self.answers), ("note", self.notes), ("reason", self.reasons)):
            yield from (Planted(self.role, kind, text) for text in texts)


def work(house: House, role: str, inventor: Inventor, tips: int) -> Desk:
    """The first sign-in of the demo's ``role``, then work on the first ``tips`` tips of the queue."""
    return asyncio.run(_work(house, role, inventor, tips))


async def _work(house: House, role: str, inventor: Inventor, tips: int) -> Desk:
    login, one_time = house.accounts()[role]
    desk = Desk(role, login, password=f"{inventor.name()} {inventor.name()}".lower())
    async with httpx.AsyncClient(base_url=house.staff_url, timeout=60, trust_env=False) as client:
        browser = Browser(client)
        await first_sign_in(browser, NewAccount(uuid.uuid4(), login, Role(role), one_time), desk.password)
        await browser.get("/queue")
        paths = list(dict.fromkeys(_TIP.findall(browser.page.text)))[:tips]
        assert len(paths) == tips, f"{role} sees {len(paths)} tips"
        for path in paths:
            await browser.get(path)
            await _write(browser, path, "answer", desk.answers, inventor.sentence(words.ANSWERS), "text")
            await _write(browser, path, "note", desk.notes, inventor.sentence(words.NOTES), "text")
            reason = inventor.sentence(words.REASONS)
            await _write(browser, path, "status", desk.reasons, reason, "reason", status="waiting")
    return desk


async def _write(
    browser: Browser, path: str, form: str, written: list[str], text: str, name: str, **fields: str
) -> None:
    written.append(text)
    await browser.post(f"{path}/{form}", **fields, **{name: text})
    assert text in browser.text
