"""A stand-in for Telegram: the Bot API over real HTTP, as its documentation has it, and the people who write.

From https://core.telegram.org/bots/api: updates stay until a later number is asked for (or the webhook
answers 2xx), a message has at most 4096 UTF-16 units, the words under a photo 1024, a button 64 bytes of
data, a press is answered once. It refuses what Telegram refuses, with Telegram's own form of an error, and
can be told to fail.
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from fastapi import FastAPI, Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response, StreamingResponse

from tests.bot.serving import serve

Json = dict[str, Any]
MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
MAX_DATA: Final = 64
MAX_DELETED: Final = 100
MAX_DOWNLOAD: Final = 20_000_000
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How the files begin that ``sendPhoto`` takes here: PNG and JPEG."""
VOICE: Final = {"file_id": "AwAC", "file_unique_id": "AgAD", "duration": 2}
PHOTO: Final = {"file_id": "AgAC", "file_unique_id": "AQAD", "width": 640, "height": 564}
FIRST_UPDATE: Final = 500_000_001
FIRST_MESSAGE: Final = 7_001
BOT: Final = {"id": 4242, "is_bot": True, "first_name": "An Tâm", "username": "antam_test_bot"}
TOKEN: Final = "4242:AAfake-token-that-must-stay-secret-00"


class Refusal(Exception):
    """What the documented method answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Sent:
    """One message of the bot as it stands in the chat now."""

    id: int
    chat: int
    text: str
    keyboard: list[list[Json]]
    protected: bool
    previews: bool
    photo: bytes | None = None
    """A picture; then ``text`` is its caption."""
    voice: bytes | None = None
    """Likewise."""

    @property
    def buttons(self) -> list[Json]:
        return [button for row in self.keyboard for button in row]

    def as_message(self) -> Json:
        markup = {"reply_markup": {"inline_keyboard": self.keyboard}} if self.keyboard else {}
        return {
            "message_id": self.id,
            "date": 1_790_000_000,
            "chat": private_chat(self.chat),
            "from": BOT,
            **self._content(),
            **markup,
        }

    def _content(self) -> Json:
        if self.photo:
            return {"photo": [PHOTO], "caption": self.text}
        if self.voice:
            return {"voice": VOICE, "caption": self.text}
        return {"text": self.text}


@dataclass(frozen=True)
class Fault:
    """How the next call of a method fails. Status 0 drops the connection in the middle of the answer."""

    status: int
    retry_after: int | None = None
    body: bytes | None = None


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def private_chat(user: int) -> Json:
    return {"id": user, "type": "private", "first_name": "Nguyễn Thị Mận", "username": "man_bd"}


def sender(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": "Nguyễn Thị Mận", "language_code": "vi"}


@dataclass
class FakeTelegram:
    """The server's state. ``changed`` guards all of it; tests read it, requests change it."""

    token: str = TOKEN
    changed: threading.Condition = field(default_factory=threading.Condition)
    waiting: deque[Json] = field(default_factory=deque)
    """Updates that are not confirmed."""
    sent: list[Sent] = field(default_factory=list)
    written: dict[int, int] = field(default_factory=dict)
    """What people have written as it stands now: the number of a message to its chat."""
    undeletable: set[int] = field(default_factory=set)
    """Messages that are older than two days."""
    calls: list[tuple[str, Json]] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    webhook: Json = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    """Presses that were answered, and how often."""
    blocked: set[int] = field(default_factory=set)
    too_old: set[str] = field(default_factory=set)
    held: set[tuple[str, object]] = field(default_factory=set)
    """Method and chat: such calls get no answer until they are let go."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What people sent, by file id."""
    fetched: list[str] = field(default_factory=list)
    """File ids whose content was downloaded."""
    handed_out: set[int] = field(default_factory=set)
    confirmed: set[int] = field(default_factory=set)
    """Numbers of the updates that will not be handed out again."""
    _next_update: int = FIRST_UPDATE
    _next_message: int = FIRST_MESSAGE

    # what people do

    def update(self, **content: object) -> Json:
        """A new update, not yet to be had."""
        with self.changed:
            number, self._next_update = self._next_update, self._next_update + 1
        return {"update_id": number, **content}

    def message(self, user: int, **content: object) -> Json:
        """An update with a message of ``user`` in a private chat."""
        with self.changed:
            number, self._next_message = self._next_message, self._next_message + 1
            self.written[number] = user
        head = {"message_id": number, "date": 1_790_000_000, "from": sender(user), "chat": private_chat(user)}
        return self.update(message={**head, **content})

    def keep(self, content: bytes) -> str:
        """Keep a file that somebody sends; returns its id."""
        with self.changed:
            file_id = f"AgACAgUAAx{len(self.files):04d}"
            self.files[file_id] = content
        return file_id

    def photo(self, user: int, content: bytes, **more: object) -> Json:
        """An update with a photo, in two sizes as Telegram gives them; the smaller one is not to be had."""
        file_id = self.keep(content)
        small = {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 67, "file_size": 900}
        large = {"file_id": file_id, "file_unique_id": "l", "width": 1280, "height": 960}
        return self.message(user, photo=[small, {**large, "file_size": len(content)}], **more)

    def voice(self, user: int, content: bytes) -> Json:
        """An update with a voice note."""
        file_id = self.keep(content)
        told = {"file_id": file_id, "file_unique_id": "v", "duration": 2, "file_size": len(content)}
        return self.message(user, voice={**told, "mime_type": "audio/ogg"})

    def press(self, user: int, under: Sent, data: str) -> Json:
        """An update with the press of a button."""
        update = self.update()
        update["callback_query"] = {
            "id": f"press-{update['update_id']}",
            "from": sender(user),
            "chat_instance": "1",
            "message": under.as_message(),
            "data": data,
        }
        return update

    def post(self, update: Json) -> None:
        """Let an update be had, by whoever asks; also one that was confirmed before."""
        with self.changed:
            self.waiting.append(update)
            self.handed_out.discard(update["update_id"])
            self.confirmed.discard(update["update_id"])
            self.changed.notify_all()

    def deliver(self, update: Json, secret: str | None = None) -> int:
        """Bring an update to the webhook as Telegram does; returns the status of the answer."""
        header = {"X-Telegram-Bot-Api-Secret-Token": secret or self.webhook["secret_token"]}
        answer = httpx.post(
            self.webhook["url"], json=update, headers=header, timeout=60, trust_env=False, verify=False
        )
        return answer.status_code

    def until_confirmed(self, update: Json) -> None:
        """Wait until ``update`` will not come again."""
        with self.changed:
            met = self.changed.wait_for(lambda: update["update_id"] in self.confirmed, 60)
        assert met, f"update {update['update_id']} was not confirmed"

    def until_sent(self, count: int) -> None:
        """Wait until the bot has sent ``count`` messages in all."""
        with self.changed:
            met = self.changed.wait_for(lambda: len(self.sent) >= count, 60)
        assert met, f"{len(self.sent)} messages were sent, not {count}"

    def until_called(self, method: str, times: int = 1) -> None:
        """Wait until a method was called so often, with or without success."""
        with self.changed:
            met = self.changed.wait_for(lambda: self.count(method) >= times, 60)
        assert met, f"{method} was not called {times} times"

    def count(self, method: str) -> int:
        return sum(name == method for name, _ in self.calls)

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of ``method`` fail in these ways, one after the other."""
        with self.changed:
            self.faults.setdefault(method, deque()).extend(faults)

    def let_go(self) -> None:
        """Answer what was held."""
        with self.changed:
            self.held.clear()
            self.changed.notify_all()

    # the Bot API

    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.post("/bot{token}/{method}")
        async def call(token: str, method: str, request: Request) -> Response:
            form = await request.form()
            given = {
                name: await value.read() if isinstance(value, UploadFile) else _value(value)
                for name, value in form.items()
            }
            if token != self.token:
                return _failed(Refusal(401, "Unauthorized"))
            with self.changed:
                self.calls.append((method, given))
                self.changed.notify_all()
                waiting = self.faults.get(method)
                fault = waiting.popleft() if waiting else None
            if fault is not None:
                return _fault(fault)
            await asyncio.to_thread(self._until_let_go, method, given.get("chat_id"))
            try:
                if method == "getUpdates":
                    return _done(await asyncio.to_thread(self._get_updates, given))
                return _done(self._do(method, given))
            except Refusal as refusal:
                return _failed(refusal)

        @app.get("/file/bot{token}/{path:path}")
        async def download(token: str, path: str) -> Response:
            file_id = path.removeprefix("photos/")
            if token != self.token or file_id not in self.files:
                return _failed(Refusal(404, "Not Found"))
            with self.changed:
                waiting = self.faults.get("download")
                fault = waiting.popleft() if waiting else None
                self.fetched.append(file_id)
            return Response(self.files[file_id]) if fault is None else _fault(fault)

        return app

    def _until_let_go(self, method: str, chat: object) -> None:
        with self.changed:
            self.changed.wait_for(lambda: (method, chat) not in self.held, 60)

    def _get_updates(self, given: Json) -> list[Json]:
        if self.webhook:
            raise Refusal(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        offset, limit = given.get("offset"), int(given.get("limit", 100))
        assert 1 <= limit <= 100
        with self.changed:
            for update in list(self.waiting):
                number = update["update_id"]
                # What was posted again is handed out again, whatever is asked for.
                if offset is not None and number < offset and number in self.handed_out:
                    self.waiting.remove(update)
                    self.confirmed.add(number)
            self.changed.notify_all()
            self.changed.wait_for(lambda: bool(self.waiting), min(float(given.get("timeout", 0)), 1.0))
            found = list(self.waiting)[:limit]
            self.handed_out |= {update["update_id"] for update in found}
            return found

    def _do(self, method: str, given: Json) -> object:
        with self.changed:
            try:
                return self._methods(method, given)
            finally:
                self.changed.notify_all()

    def _methods(self, method: str, given: Json) -> object:
        match method:
            case "getMe":
                return BOT
            case "getFile":
                return self._file(str(given["file_id"]))
            case "sendMessage":
                return self._send(given, _text(given))
            case "sendPhoto":
                return self._send(given, _caption(given), _photo(given))
            case "sendVoice":
                return self._send(given, _caption(given), voice=_voice(given))
            case "editMessageText":
                sent = self._editable(given)
                text, keyboard = _text(given), _keyboard(given)
                _changes((sent.text, sent.keyboard), (text, keyboard))
                sent.text, sent.keyboard = text, keyboard
                return sent.as_message()
            case "editMessageReplyMarkup":
                sent, keyboard = self._editable(given), _keyboard(given)
                _changes(sent.keyboard, keyboard)
                sent.keyboard = keyboard
                return sent.as_message()
            case "deleteMessage":
                self.sent.remove(self._editable(given))
                return True
            case "deleteMessages":
                return self._delete(int(given["chat_id"]), [int(number) for number in given["message_ids"]])
            case "answerCallbackQuery":
                query = str(given["callback_query_id"])
                if query in self.too_old or query in self.answered:
                    old = "query is too old and response timeout expired or query ID is invalid"
                    raise Refusal(400, f"Bad Request: {old}")
                self.answered[query] = 1
                return True
            case "setWebhook":
                self.webhook = given
                return True
            case "deleteWebhook":
                self.webhook = {}
                if given.get("drop_pending_updates"):
                    self.waiting.clear()
                return True
            case "getWebhookInfo":
                return {"url": self.webhook.get("url", ""), "pending_update_count": len(self.waiting)}
            case "setMyCommands":
                self.commands[str(given.get("language_code", ""))] = given["commands"]
                return True
        raise Refusal(404, "Not Found: method not found")

    def _file(self, file_id: str) -> Json:
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > MAX_DOWNLOAD:
            raise Refusal(400, "Bad Request: file is too big")
        about = {"file_id": file_id, "file_unique_id": "u", "file_size": size}
        return {**about, "file_path": f"photos/{file_id}"}

    def _send(self, given: Json, text: str, photo: bytes | None = None, voice: bytes | None = None) -> Json:
        chat = int(given["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        number, self._next_message = self._next_message, self._next_message + 1
        previews = not (given.get("link_preview_options") or {}).get("is_disabled", False)
        protected = bool(given.get("protect_content", False))
        sent = Sent(number, chat, text, _keyboard(given), protected, previews, photo, voice)
        self.sent.append(sent)
        return sent.as_message()

    def _delete(self, chat: int, numbers: list[int]) -> bool:
        """Bots delete what either side wrote in a chat of two; what is not found is passed over."""
        if len(numbers) not in range(1, MAX_DELETED + 1):
            raise Refusal(400, "Bad Request: message identifiers are not specified or too many")
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if self.undeletable & set(numbers):
            raise Refusal(400, "Bad Request: message can't be deleted for everyone")
        self.sent = [sent for sent in self.sent if sent.chat != chat or sent.id not in numbers]
        for number in numbers:
            if self.written.get(number) == chat:
                del self.written[number]
        return True

    def _editable(self, given: Json) -> Sent:
        for sent in self.sent:
            if sent.id == given["message_id"] and sent.chat == given["chat_id"]:
                return sent
        raise Refusal(400, "Bad Request: message to edit not found")


@contextmanager
def telegram_server(fake: FakeTelegram) -> Iterator[str]:
    """The address of ``fake`` while the block runs."""
    with serve(fake.app()) as url:
        yield url
        # Whoever still waits for updates gets them now.
        with fake.changed:
            fake.changed.notify_all()


def _value(raw: str) -> Any:
    """A form's value: numbers, booleans and objects come as JSON, texts as they are."""
    if raw[:1] in "{[" or raw in ("true", "false") or raw.lstrip("-").isdigit():
        try:
            return json.loads(raw)
        except ValueError:
            return raw
    return raw


def _text(given: Json) -> str:
    text = str(given["text"])
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if units(text) > MAX_TEXT:
        raise Refusal(400, "Bad Request: message is too long")
    return text.strip()


def _caption(given: Json) -> str:
    caption = str(given.get("caption", ""))
    if units(caption) > MAX_CAPTION:
        raise Refusal(400, "Bad Request: message caption is too long")
    return caption.strip()


def _photo(given: Json) -> bytes:
    photo = given.get("photo")
    if not isinstance(photo, bytes) or not photo.startswith(_PICTURES):
        raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
    return photo


def _voice(given: Json) -> bytes:
    voice = given.get("voice")
    if not isinstance(voice, bytes) or not voice.startswith(b"OggS"):
        raise Refusal(400, "Bad Request: wrong file type")
    return voice


def _keyboard(given: Json) -> list[list[Json]]:
    rows: list[list[Json]] = (given.get("reply_markup") or {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text") or len(button.get("callback_data", "").encode()) not in range(
            1, MAX_DATA + 1
        ):
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


def _changes(before: object, after: object) -> None:
    if before == after:
        raise Refusal(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message",
        )


def _done(result: object) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _failed(refusal: Refusal) -> Response:
    body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return JSONResponse(body, status_code=refusal.status)


_DESCRIPTIONS: Final[Mapping[int, str]] = {
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests: retry later",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def _fault(fault: Fault) -> Response:
    if fault.status == 0:
        return StreamingResponse(_cut_off(), headers={"Content-Length": "4096"})
    if fault.body is not None:
        return Response(fault.body, status_code=fault.status)
    parameters = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
    return _failed(Refusal(fault.status, _DESCRIPTIONS.get(fault.status, "Bad Request"), **parameters))


async def _cut_off() -> Any:
    yield b'{"ok":true,"result":'
    raise ConnectionError
