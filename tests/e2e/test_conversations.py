"""Twenty conversations as workers have them, half of them messy, played at phone size in one running house.

Each is a file in ``conversations/``: what the worker writes, taps or does, what must be seen in the answer,
and what must not. ``ANTAM_SCREENSHOTS=docs/screenshots`` renews the pictures of what they saw at the end.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Self

import pytest
import yaml
from playwright.sync_api import Page, expect
from pydantic import BaseModel, ConfigDict, model_validator

from tests.e2e.conftest import NewPage
from tests.e2e.house import House

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yml"))
NEVER = ("{hotline", "undefined", "null", "None", "Traceback", "Internal Server", "máy chủ", "kết nối")
"""What no worker may ever read: placeholders, marks of a program, talk of technical trouble."""

SAID_SINCE = """() => {
    const shown = [...document.querySelector('#log').children];
    const mine = shown.map((node) => node.matches('.bubble.me')).lastIndexOf(true);
    return shown.slice(mine + 1).map((node) => node.innerText).join('\\n');
}"""
"""All that stands below the worker's last message, choices included."""
FITS = "() => document.documentElement.scrollWidth <= innerWidth"
Picture = Callable[[Page, str], None]


class Step(BaseModel):
    """One thing that the worker does, and what they then read. Exactly one of the first three is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: str | None = None
    tap: str | None = None
    """A part of a button's label."""
    do: Literal["come back", "tap the bin"] | None = None
    see: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        given = [thing for thing in (self.say, self.tap, self.do) if thing is not None]
        if len(given) != 1 or not (self.see or self.never):
            raise ValueError("a step is one thing to do and something to look for")
        return self


class Conversation(BaseModel):
    """A conversation and, in one line, what it shows. ``messy``: as people write who are in trouble."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shows: str
    messy: bool
    steps: tuple[Step, ...]

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def act(page: Page, step: Step) -> None:
    """Do what the step says, and wait until it is answered."""
    if step.say is not None:
        page.locator("#text").fill(step.say)
        page.locator("#send").click()
    elif step.tap is not None:
        page.locator(".choices button", has_text=step.tap).first.click()
    elif step.do == "tap the bin":
        page.locator("#forget").click()
    else:
        page.reload()
    for moving in (".state", ".typing"):
        expect(page.locator(moving)).to_have_count(0, timeout=30_000)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_worker_is_understood(path: Path, quiet_house: House, new_page: NewPage, picture: Picture) -> None:
    page = new_page()
    page.goto(quiet_house.worker_url)
    for number, step in enumerate(Conversation.read(path).steps, 1):
        act(page, step)
        said = page.evaluate(SAID_SINCE)
        where = f"step {number}: {step.say or step.tap or step.do}\n{said}"
        assert [words for words in step.see if words not in said] == [], where
        assert [words for words in (*step.never, *NEVER) if words in said] == [], where
        assert page.evaluate(FITS), f"something runs over the edge at {where}"
    picture(page, f"conversations/{path.stem}")


def test_there_are_twenty_and_half_of_them_are_messy() -> None:
    conversations = [Conversation.read(path) for path in FILES]
    assert len(conversations) >= 20
    assert 2 * sum(one.messy for one in conversations) >= len(conversations)
