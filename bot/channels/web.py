"""The web chat: the page sends one message at a time and gets the replies as JSON.

The user id is a random token that the page makes for its browsing session and sends in a header; it is no
cookie, so nothing of it survives the tab.
"""

import re
from base64 import b64encode
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field

from bot.engine import Engine
from bot.envelope import (
    Attachment,
    Choice,
    Incoming,
    Language,
    Link,
    Media,
    Person,
    Picture,
    Reply,
    Room,
    Turn,
)
from bot.files import MAX_BYTES
from bot.web.problems import CookiesTooBig, TooBig, TooManyFiles, Unreadable, problems
from bot.web.uploads import CHAT_PATH, Uploads, whole
from bot.web.visitors import address_of, visitor_of

_USER: Final = re.compile(r"[A-Za-z0-9_-]{22}")
"""128 random bits in base64url."""

User = Annotated[
    str,
    Header(
        max_length=64,
        description="128 random bits in base64url, made by the page for its tab; it is no cookie.",
        examples=["Kq3v9ZbX1cN7mW2sD8fG4A"],
    ),
]


FileId = Annotated[
    str,
    Header(
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="The same when the page sends the file again.",
        examples=["d9So4zAv"],
    ),
]
_RAW_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "A photo or a voice note as the phone has it.",
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary", "maxLength": MAX_BYTES}
            }
        },
    }
}


class WebMessage(BaseModel):
    """What the page sends: a text or a choice. ``id`` is the same when the page sends it again."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {"id": "b7Qm2xYt", "text": "boc ho la gi", "lang": "vi", "room": "chat"},
                {"id": "c8Rn3yZu", "choice": "do.menu"},
            ]
        },
    )

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    text: str | None = Field(default=None, repr=False)
    choice: str | None = Field(default=None, max_length=120, description="The id of a choice offered before.")
    lang: Language = Language.VI
    room: Room | None = None


class WebChoice(BaseModel):
    id: str
    label: str
    kind: str

    @classmethod
    def of(cls, choice: Choice) -> "WebChoice":
        return cls(id=choice.id, label=choice.label, kind=choice.kind)


class WebLink(BaseModel):
    label: str
    href: str

    @classmethod
    def of(cls, link: Link) -> "WebLink":
        return cls(label=link.label, href=link.href)


class WebPicture(BaseModel):
    """``src`` is a data address: nothing has to be kept for it to be fetched."""

    src: str = Field(repr=False)
    alt: str = Field(repr=False)

    @classmethod
    def of(cls, picture: Picture) -> "WebPicture":
        content = b64encode(picture.png).decode()
        return cls(src=f"data:{picture.media_type};base64,{content}", alt=picture.alt)


class WebReply(BaseModel):
    text: str = Field(repr=False)
    choices: list[WebChoice]
    links: list[WebLink]
    picture: WebPicture | None
    sensitive: bool
    unkept: bool
    forget: bool
    lang: Language | None

    @classmethod
    def of(cls, reply: Reply) -> "WebReply":
        return cls(
            text=reply.text,
            choices=[WebChoice.of(choice) for choice in reply.choices],
            links=[WebLink.of(link) for link in reply.links],
            picture=WebPicture.of(reply.picture) if reply.picture else None,
            sensitive=reply.sensitive,
            unkept=reply.unkept,
            forget=reply.forget,
            lang=reply.language,
        )


class WebTurn(BaseModel):
    """The answer to one message. ``room`` goes back with the next one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "room": "chat",
                    "replies": [
                        {
                            "text": "Họ đe dọa thì gọi 113.",
                            "choices": [{"id": "do.tip", "label": "Gửi tin ẩn danh", "kind": "answer"}],
                            "links": [{"label": "Gọi 113", "href": "tel:113"}],
                            "picture": {
                                "src": "data:image/png;base64,iVBORw0KGgo=",
                                "alt": "Biểu đồ: cầm về 9.000.000đ, phải trả 12.000.000đ.",
                            },
                            "sensitive": False,
                            "unkept": False,
                            "forget": False,
                            "lang": "vi",
                        }
                    ],
                }
            ]
        }
    )

    room: Room
    replies: list[WebReply]

    @classmethod
    def of(cls, turn: Turn) -> "WebTurn":
        return cls(room=turn.room, replies=[WebReply.of(reply) for reply in turn.replies])


class WebChannel:
    """``POST /chat/messages`` and ``POST /chat/files``."""

    name: Literal["web"] = "web"

    def __init__(self, uploads: Uploads | None = None) -> None:
        self._uploads = uploads or Uploads()

    def routes(self, engine: Engine) -> APIRouter:
        router = APIRouter()

        @router.post("/chat/messages", responses=problems(Unreadable, TooBig, CookiesTooBig))
        async def message(request: Request, body: WebMessage, x_antam_user: User = "") -> WebTurn:
            """One message of the chat page. The same ``id`` again is answered the same and acts once."""
            if not _USER.fullmatch(x_antam_user) or (body.text is None) == (body.choice is None):
                raise Unreadable
            incoming = Incoming(
                person=Person(self.name, x_antam_user),
                message_id=body.id,
                text=body.text,
                choice=body.choice,
                language=body.lang,
                # A page that was just loaded shows the chat, whatever was written before.
                room=body.room or Room.CHAT,
                address=address_of(request),
            )
            return WebTurn.of(await engine.turn(incoming))

        @router.post(
            CHAT_PATH,
            responses=problems(Unreadable, TooBig, CookiesTooBig, TooManyFiles),
            openapi_extra=_RAW_BODY,
        )
        async def file(
            request: Request,
            x_antam_message: FileId,
            x_antam_user: User = "",
            x_antam_room: Annotated[Room, Header()] = Room.CHAT,
            x_antam_lang: Annotated[Language, Header()] = Language.VI,
        ) -> WebTurn:
            """One photo or voice note of the chat page. The same ``X-Antam-Message`` again acts once."""
            if not _USER.fullmatch(x_antam_user):
                raise Unreadable
            async with self._uploads.turn(visitor_of(request)):
                content = await whole(request)

                async def fetched() -> bytes:
                    return content

                seen = request.headers.get("content-type", "").startswith("image/")
                incoming = Incoming(
                    person=Person(self.name, x_antam_user),
                    message_id=x_antam_message,
                    text="",
                    language=x_antam_lang,
                    attachment=Attachment.PICTURE if seen else Attachment.OTHER,
                    media=(Media("photo" if seen else "voice", fetched),),
                    room=x_antam_room,
                    address=address_of(request),
                )
                return WebTurn.of(await engine.turn(incoming))

        return router

    async def run(self, engine: Engine) -> None:
        """Nothing: the page asks."""
