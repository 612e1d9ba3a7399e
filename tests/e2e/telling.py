"""Workers who tell tips over the web channel's HTTP API, and go on whatever happens to the processes.

A teller behaves as the page does: one message at a time, sent again with the same id until it is answered.
Now and then, when an answer stays away, the worker loads the page anew, which forgets what it waited for.
"""

import base64
import random
import re
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

_NOTED: Final = re.compile(r"đã ghi (\d+) đoạn")
_RECEIPT: Final = re.compile(r"^\d{4} \d{4} \d{4} \d{5}$")
_RETRY_SECONDS: Final = 0.5
"""Between two sendings of one message; the page waits a second or more."""
_RELOADS: Final = 0.25
"""Share of the unanswered messages after which the worker loads the page anew."""
_READS_AGAIN: Final = 0.3
"""Share of the tips whose receipt the worker loads anew before noting it."""
_LONGEST: Final = 4
"""Messages of a story."""
_ANSWERS: Final = {
    "platform": "go",
    "notice": "go",
    "category": "illegal_lending",
    "province": "~skip",
    "place": "~skip",
    "when": "ongoing",
    "who": "~skip",
    "files": "none",
    "danger": "no",
    "readers": "union",
    "review": "send",
    "sending": "again",
    "resume": "go",
}
"""What is pressed at each question; the story is written, and the receipt noted."""


@dataclass
class Told:
    """One tip as its worker knows it. ``marker`` opens each message of the story and stands in no other."""

    marker: str
    tag: str = ""
    """The bot's mark of the tip, once it is begun."""
    parts: list[str] = field(default_factory=list)
    """The messages of the story as they were written, in order."""
    noted: int = 0
    """How many of them the bot has acknowledged."""
    receipt: str | None = None
    saved: bool = False
    """The worker said that the receipt is noted, and was answered."""
    gone: bool = False
    """The bot said that it no longer has this tip."""
    resumed: int = 0
    """How often the worker was asked whether to go on, and went on."""
    shown_again: int = 0
    """How often the receipt was shown once more, to a page loaded anew."""
    contradictions: list[str] = field(default_factory=list)
    """Where the bot's word was not what it had acknowledged before."""

    @property
    def confirmed(self) -> bool:
        """Whether the worker has seen the receipt: from then on the tip must not be lost."""
        return self.receipt is not None


class Steps:
    """Counts the answers that all tellers together have had, and lets others wait for more."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    def one_more(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait_for(self, more: int, seconds: float) -> None:
        """Return after ``more`` further answers.

        Raises:
            AssertionError: they did not come within ``seconds``.
        """
        with self._changed:
            wanted = self._count + more
            assert self._changed.wait_for(lambda: self._count >= wanted, seconds), (
                "nobody is answered any more"
            )


class Teller(threading.Thread):
    """One worker after another, each with a page and a tip of their own, until ``stop`` is set."""

    def __init__(self, url: str, seed: str, steps: Steps, stop: threading.Event) -> None:
        super().__init__(daemon=True, name=f"teller {seed}")
        self.told: list[Told] = []
        self._url = url
        self._random = random.Random(seed)
        self._steps = steps
        self._stop_telling = stop
        self._pace = threading.Event()
        self._client = httpx.Client(timeout=30, trust_env=False)

    def run(self) -> None:
        while not self._stop_telling.is_set():
            told = Told("k" + "".join(self._random.choices("bcdghklmnpqrstvx", k=10)))
            self.told.append(told)
            _Telling(self, told).to_the_end()
            if not told.saved:
                self.rest()
        self._client.close()

    def post(self, user: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The bot's answer; ``None`` when there was none, or when it could not keep the message."""
        try:
            answer = self._client.post(f"{self._url}chat/messages", json=body, headers={"X-Antam-User": user})
        except httpx.HTTPError:
            return None
        if not answer.is_success:
            return None
        turn: dict[str, Any] = answer.json()
        if any(reply["unkept"] for reply in turn["replies"]):
            return None
        self._steps.one_more()
        return turn

    def rest(self) -> None:
        """The pause before a message is sent again."""
        self._pace.wait(_RETRY_SECONDS)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def number_of_parts(self) -> int:
        return self._random.randint(1, _LONGEST)


class _Telling:
    """The telling of one tip, from the greeting until the receipt is noted or the tip is gone."""

    def __init__(self, teller: Teller, told: Told) -> None:
        self._teller = teller
        self._told = told
        self._wanted = teller.number_of_parts()
        self._again = teller.chance(_READS_AGAIN)
        self._user = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        self._load()

    def _load(self) -> None:
        """A page just opened. The user id stays: it is the tab's."""
        self._room: str | None = None

    def to_the_end(self) -> None:
        turn: dict[str, Any] | None = self._open()
        while turn is not None and not self._told.gone and not self._told.saved:
            turn = self._go_on(turn)

    def _open(self) -> dict[str, Any]:
        """Ask for the tip on a page just loaded, until it can be opened."""
        while True:
            turn = self._say(choice="do.tip")
            if _question(turn)[1] is not None:
                return turn
            self._teller.rest()

    def _go_on(self, turn: dict[str, Any]) -> dict[str, Any] | None:
        """Answer what is asked; the next turn, or ``None`` at the end."""
        told, (tag, page) = self._told, _question(turn)
        told.tag = told.tag or tag
        if page is None or tag != told.tag:
            # The bot said that it is gone, or began another for who asked to go on.
            told.gone = True
            return None
        if page == "sending":
            self._teller.rest()
        if page == "resume":
            told.resumed += 1
        if page == "story":
            return self._at_story(turn, tag)
        if page == "sent":
            return self._at_receipt(turn, tag)
        return self._say(choice=f"tip.{tag}.{page}.{_ANSWERS[page]}")

    def _at_story(self, turn: dict[str, Any], tag: str) -> dict[str, Any]:
        told = self._told
        found = _NOTED.search(turn["replies"][-1]["text"])
        noted = int(found[1]) if found else 0
        if not told.noted <= noted <= len(told.parts):
            told.contradictions.append(f"{noted} messages noted of {len(told.parts)} ({told.noted} before)")
        # What the bot does not have was typed on a page that is gone: it is written anew.
        told.noted, told.parts = noted, told.parts[:noted]
        if noted < self._wanted:
            part = f"{told.marker} đoạn {noted + 1}: cho vay lãi cao, chiều nào cũng thu tiền ở quán nước."
            told.parts.append(part)
            return self._say(text=part)
        return self._say(choice=f"tip.{tag}.story.done")

    def _at_receipt(self, turn: dict[str, Any], tag: str) -> dict[str, Any] | None:
        told = self._told
        shown = [reply["text"] for reply in turn["replies"] if _RECEIPT.match(reply["text"])]
        if len(shown) != 1:
            told.contradictions.append(f"{len(shown)} receipts shown")
            return None
        if told.receipt is not None:
            told.shown_again += 1
            if shown[0] != told.receipt:
                told.contradictions.append("another receipt shown")
        told.receipt = shown[0]
        if self._again:
            self._again = False
            self._load()
            return self._open()
        answer = self._say(choice=f"tip.{tag}.sent.saved")
        told.saved = _question(answer)[1] is None
        return answer

    def _say(self, *, text: str | None = None, choice: str | None = None) -> dict[str, Any]:
        """Send one message until it is answered, or load the page anew and see where the tip stands."""
        body = {"id": secrets.token_urlsafe(12), "lang": "vi"}
        body |= {"text": text} if text is not None else {"choice": choice or ""}
        while True:
            turn = self._teller.post(self._user, body | {"room": self._room} if self._room else body)
            if turn is not None:
                self._room = turn["room"]
                return turn
            self._teller.rest()
            if self._told.parts and not self._told.confirmed and self._teller.chance(_RELOADS):
                self._load()
                return self._open()


def _question(turn: dict[str, Any]) -> tuple[str, str | None]:
    """The tip's tag and the page of the question that a turn ends with; no page when it asks nothing."""
    choices = turn["replies"][-1]["choices"] if turn["replies"] else []
    parts = choices[0]["id"].split(".") if choices else []
    return (parts[1], parts[2]) if len(parts) == 4 and parts[0] == "tip" else ("", None)
