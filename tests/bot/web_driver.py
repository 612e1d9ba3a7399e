"""A worker on the web chat, as the page speaks to the server."""

import secrets
from base64 import b64decode
from typing import Any

import httpx

from tests.bot.channel_contract import Button, Seen, fresh_id


class WebWorker:
    """One tab of the chat page."""

    def __init__(self, url: str, lang: str = "vi") -> None:
        self.user = secrets.token_urlsafe(16)
        self.lang = lang
        self.room: str | None = None
        self._http = httpx.Client(base_url=url, timeout=60, verify=False)

    def say(self, text: str, message_id: str | None = None) -> Seen:
        return self._seen(self.post({"id": message_id or fresh_id(), "text": text}))

    def tap(self, button: Button) -> Seen:
        return self._seen(self.post({"id": fresh_id(), "choice": button.id}))

    def forward(self, text: str) -> Seen:
        return self.say(text)

    def send_file(self, content: bytes, kind: str = "photo", words: str = "") -> Seen:
        assert not words
        answer = self.post_file(content, "image/jpeg" if kind == "photo" else "audio/ogg")
        if answer.status_code == 413:
            # The page asks nobody about a file that it knows to be too large.
            return Seen(texts=[answer.json()["detail"], "10 MB"])
        return self._seen(answer)

    def post_file(self, content: bytes, media_type: str, message_id: str | None = None) -> httpx.Response:
        headers = {
            "X-Antam-User": self.user,
            "X-Antam-Message": message_id or fresh_id(),
            "X-Antam-Lang": self.lang,
            "X-Antam-Room": self.room or "chat",
            "Content-Type": media_type,
        }
        return self._http.post("/chat/files", content=content, headers=headers)

    def post(self, body: dict[str, Any]) -> httpx.Response:
        headers = {"X-Antam-User": self.user, "Accept-Language": self.lang}
        message = {"lang": self.lang, "room": self.room, **body}
        return self._http.post("/chat/messages", json=message, headers=headers)

    def move_to(self, url: str) -> None:
        """The same tab, served by another replica."""
        self._http = httpx.Client(base_url=url, timeout=60, verify=False)

    def forget_room(self) -> None:
        """The page was loaded again: it no longer knows where the conversation stood."""
        self.room = None

    def _seen(self, answer: httpx.Response) -> Seen:
        assert answer.status_code == 200, answer.text
        turn = answer.json()
        self.room = turn["room"]
        return Seen(
            texts=[reply["text"] for reply in turn["replies"]],
            buttons=[
                Button(choice["id"], choice["label"])
                for reply in turn["replies"]
                for choice in reply["choices"]
            ],
            pictures=[
                b64decode(reply["picture"]["src"].partition(";base64,")[2])
                for reply in turn["replies"]
                if reply["picture"]
            ],
            calls=[
                link["href"].removeprefix("tel:")
                for reply in turn["replies"]
                for link in reply["links"]
                if link["href"].startswith("tel:")
            ],
        )
