"""Workers who tell tips over the web channel's HTTP API, and go on whatever happens to the processes.

A teller behaves as the page does: one message or file at a time, sent again with the same id until it is
answered. Now and then, when an answer stays away, the worker loads the page anew, which forgets what it
waited for. What the bot then says that it has is believed, and the rest is written and sent once more.
"""

import base64
import random
import re
import secrets
import threading
from collections.abc import Callable
from typing import Any, Final

import httpx

from tests.e2e.evidence import Kind
from tests.e2e.told import File, Steps, Told

_NOTED: Final = re.compile(r"đã ghi (\d+) đoạn")
_RECEIPT: Final = re.compile(r"^\d{4} \d{4} \d{4} \d{5}$")
_PHOTOS: Final = re.compile(r"(\d+) ảnh")
_VOICES: Final = re.compile(r"(\d+) ghi âm")
_FILES_LINE: Final = re.compile(r"^Ảnh, ghi âm: (.*)$", re.MULTILINE)
_FILES_GONE: Final = "ảnh, ghi âm đã hết hạn giữ"
_RETRY_SECONDS: Final = 0.5
"""Between two sendings of one message; the page waits a second or more."""
_FILE_RETRY_SECONDS: Final = 2.0
_THINKING_SECONDS: Final = 0.6
"""At most, before something is written or pressed."""
_UPLOAD_SECONDS: Final = 120.0
"""That a file is waited for; the page waits longer."""
_RELOADS: Final = 0.25
"""Share of the unanswered messages after which the worker loads the page anew."""
_READS_AGAIN: Final = 0.3
"""Share of the tips whose receipt the worker loads anew before noting it."""
_LONGEST: Final = 4
"""Messages of a story."""
_FILES: Final[dict[tuple[Kind, ...], int]] = {
    (): 45,
    ("photo",): 25,
    ("voice",): 12,
    ("photo", "voice"): 10,
    ("photo", "photo"): 8,
}
"""What a tip brings along, and how many of a hundred bring it."""
_FILE_FIRST: Final = 0.3
"""Share of the tips whose first file is sent amid the story, before it is asked for."""
_ANSWERS: Final = {
    "platform": "go",
    "notice": "go",
    "category": "illegal_lending",
    "province": "~skip",
    "place": "~skip",
    "when": "ongoing",
    "who": "~skip",
    "danger": "no",
    "readers": "union",
    "sending": "again",
    "resume": "go",
}
"""What is pressed at each question; the story is written, files are sent, and the receipt is noted."""

Turn = dict[str, Any]


class Teller(threading.Thread):
    """One worker after another, each with a page and a tip of their own, until ``stop`` is set.

    ``number`` gives them a network address of their own, as phones have.
    """

    def __init__(self, url: str, seed: str, number: int, steps: Steps, stop: threading.Event) -> None:
        super().__init__(daemon=True, name=f"teller {number}")
        self.told: list[Told] = []
        self._url = url
        self._random = random.Random(f"{seed}-{number}")
        self._steps = steps
        self._stop_telling = stop
        self._pace = threading.Event()
        address = {"X-Forwarded-For": f"203.0.113.{number + 1}"}
        self._client = httpx.Client(timeout=30, trust_env=False, headers=address)

    def run(self) -> None:
        while not self._stop_telling.is_set():
            told = Told("k" + "".join(self._random.choices("bcdghklmnpqrstvx", k=10)))
            self.told.append(told)
            _Telling(self, told).to_the_end()
            if not told.saved:
                self.rest()
        self._client.close()

    def write(self, user: str, body: dict[str, Any]) -> Turn | None:
        """The bot's answer; ``None`` when there was none, or when it could not keep the message."""
        return self._post("chat/messages", {"X-Antam-User": user}, json=body)

    def upload(self, user: str, room: str, message_id: str, file: File) -> Turn | None:
        """The same for a photo or a voice note."""
        headers = {
            "X-Antam-User": user,
            "X-Antam-Message": message_id,
            "X-Antam-Room": room,
            "X-Antam-Lang": "vi",
            "Content-Type": "image/jpeg" if file.kind == "photo" else "audio/ogg",
        }
        return self._post("chat/files", headers, content=file.content, timeout=_UPLOAD_SECONDS)

    def _post(self, path: str, headers: dict[str, str], **more: Any) -> Turn | None:
        try:
            answer = self._client.post(self._url + path, headers=headers, **more)
        except httpx.HTTPError:
            return None
        if not answer.is_success:
            return None
        turn: Turn = answer.json()
        if any(reply["unkept"] for reply in turn["replies"]):
            return None
        self._steps.one_more()
        return turn

    def rest(self, seconds: float = _RETRY_SECONDS) -> None:
        """The pause before a message is sent again."""
        self._pace.wait(seconds)

    def think(self) -> None:
        """The pause before the next one."""
        self._pace.wait(self._random.random() * _THINKING_SECONDS)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def number_of_parts(self) -> int:
        return self._random.randint(1, _LONGEST)

    def files(self) -> tuple[Kind, ...]:
        return self._random.choices(list(_FILES), list(_FILES.values()))[0]


class _Telling:
    """The telling of one tip, from the greeting until the receipt is noted or the tip is gone."""

    def __init__(self, teller: Teller, told: Told) -> None:
        self._teller = teller
        self._told = told
        self._wanted = teller.number_of_parts()
        self._files = [File(kind, f"{told.marker} {number}") for number, kind in enumerate(teller.files())]
        self._file_first = teller.chance(_FILE_FIRST)
        self._again = teller.chance(_READS_AGAIN)
        self._sent = False
        """The worker pressed "send" with the files that are known."""
        self._user = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        self._load()

    def _load(self) -> None:
        """A page just opened. The user id stays: it is the tab's."""
        self._room: str | None = None

    def to_the_end(self) -> None:
        turn: Turn | None = self._open()
        while turn is not None and not self._told.gone and not self._told.saved:
            turn = self._go_on(turn)

    def _open(self) -> Turn:
        """Ask for the tip on a page just loaded, until it can be opened."""
        while True:
            turn = self._say(choice="do.tip")
            if _question(turn)[1] is not None:
                return turn
            self._teller.rest()

    def _go_on(self, turn: Turn) -> Turn | None:
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
        if page == "files":
            return self._at_files(turn, tag)
        if page == "review":
            self._believe_files(next(iter(_FILES_LINE.findall(_text(turn))), ""))
            self._sent = True
            return self._say(choice=f"tip.{tag}.review.send")
        if page == "sent":
            return self._at_receipt(turn, tag)
        return self._say(choice=f"tip.{tag}.{page}.{_ANSWERS[page]}")

    def _at_story(self, turn: Turn, tag: str) -> Turn:
        told = self._told
        found = _NOTED.search(turn["replies"][-1]["text"])
        noted = int(found[1]) if found else 0
        if not told.noted <= noted <= len(told.parts):
            told.contradictions.append(f"{noted} messages noted of {len(told.parts)} ({told.noted} before)")
        # What the bot does not have was typed on a page that is gone: it is written anew.
        told.noted, told.parts = noted, told.parts[:noted]
        if noted and self._file_first and self._files:
            self._file_first = False
            return self._send_file()
        if noted < self._wanted:
            part = f"{told.marker} đoạn {noted + 1}: cho vay lãi cao, chiều nào cũng thu tiền ở quán nước."
            told.parts.append(part)
            return self._say(text=part)
        return self._say(choice=f"tip.{tag}.story.done")

    def _at_files(self, turn: Turn, tag: str) -> Turn:
        told = self._told
        if self._sent:
            # They were lost with the database's memory, and the tip was not sent without them.
            self._sent = False
            told.files, told.kept = [], 0
            told.files_again += 1
            if _FILES_GONE not in _text(turn):
                told.contradictions.append("asked for the files once more without a word of why")
        self._believe_files(turn["replies"][-1]["text"])
        if len(told.files) < len(self._files):
            return self._send_file()
        return self._say(choice=f"tip.{tag}.files.{'done' if told.files else 'none'}")

    def _send_file(self) -> Turn:
        told = self._told
        file = self._files[len(told.files)]
        told.files.append(file)
        message_id = secrets.token_urlsafe(12)
        turn = self._until_answered(
            lambda: self._teller.upload(self._user, self._room or "chat", message_id, file),
            _FILE_RETRY_SECONDS,
        )
        if any(reply["text"].startswith("Đã nhận ") for reply in turn["replies"]):
            told.kept = len(told.files)
        return turn

    def _believe_files(self, said: str) -> None:
        """Hold how many files the bot says it has against those that were sent."""
        told = self._told
        photos, voices = (int(found[1]) if (found := kind.search(said)) else 0 for kind in (_PHOTOS, _VOICES))
        there = photos + voices
        kinds = [file.kind for file in told.files[:there]]
        known = told.kept <= there <= len(told.files)
        if not known or kinds.count("photo") != photos or kinds.count("voice") != voices:
            told.contradictions.append(
                f"{photos} photos and {voices} recordings of {len(told.files)} ({told.kept} before)"
            )
        told.files, told.kept = told.files[:there], there

    def _at_receipt(self, turn: Turn, tag: str) -> Turn | None:
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

    def _say(self, *, text: str | None = None, choice: str | None = None) -> Turn:
        body = {"id": secrets.token_urlsafe(12), "lang": "vi"}
        body |= {"text": text} if text is not None else {"choice": choice or ""}
        return self._until_answered(
            lambda: self._teller.write(self._user, body | {"room": self._room} if self._room else body)
        )

    def _until_answered(self, post: Callable[[], Turn | None], pause: float = _RETRY_SECONDS) -> Turn:
        """Send one message until it is answered, or load the page anew and see where the tip stands."""
        self._teller.think()
        while True:
            turn = post()
            if turn is not None:
                self._room = turn["room"]
                return turn
            self._teller.rest(pause)
            if self._told.parts and not self._told.confirmed and self._teller.chance(_RELOADS):
                self._load()
                return self._open()


def _text(turn: Turn) -> str:
    return "\n".join(reply["text"] for reply in turn["replies"])


def _question(turn: Turn) -> tuple[str, str | None]:
    """The tip's tag and the page of the question that a turn ends with; no page when it asks nothing."""
    choices = turn["replies"][-1]["choices"] if turn["replies"] else []
    parts = choices[0]["id"].split(".") if choices else []
    return (parts[1], parts[2]) if len(parts) == 4 and parts[0] == "tip" else ("", None)
