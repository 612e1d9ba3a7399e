"""The internal API for files: ``bot`` hands them over one by one, and fetches those of a mailbox."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Request, Response
from starlette.requests import ClientDisconnect

from backend.kit.errors import NotFound, problems
from backend.kit.request_session import Session
from backend.kit.service_auth import REFUSALS, service
from backend.kit.service_tokens import Scope
from backend.tips import mailbox
from backend.tips.attachments.types import MAX_BYTES, MEDIA_TYPES
from backend.tips.endpoints import Keys
from backend.tips.even import answered_evenly
from backend.tips.files import places, receiving, repository
from backend.tips.files.problems import Busy, FileDamaged, FileRefused
from backend.tips.files.schemas import DraftFileMade, DraftFilesDelete, MailboxFileAsk
from backend.tips.problems import MailboxDamaged
from backend.tips.schemas import Bytes32

LARGEST_FILE: Final = {"/internal/files": MAX_BYTES}
"""Bytes of a body, by the path that takes more than the others."""
_READING: Final = 60.0
"""Seconds that a file may take to come in."""

internal = APIRouter(prefix="/internal", responses=REFUSALS)
_files = APIRouter(prefix="/files", tags=["files"], dependencies=[service(Scope.DRAFTS)])
_mailbox = APIRouter(
    prefix="/mailbox", tags=["mailbox"], dependencies=[answered_evenly, service(Scope.MAILBOX)]
)

_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
_RAW_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "A photo or a voice note as it came.",
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary", "maxLength": MAX_BYTES}
            }
        },
    }
}
_RAW_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file itself.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES
        },
    }
}


@_files.post(
    "", status_code=HTTPStatus.CREATED, responses=problems(FileRefused, Busy), openapi_extra=_RAW_BODY
)
async def take_file(
    request: Request,
    session: Session,
    antam_file_key: Annotated[
        Bytes32,
        Header(
            description="32 random bytes that only the caller keeps.",
            openapi_examples={"key": {"value": _KEY}},
        ),
    ],
    antam_keep_original: Annotated[Literal["yes", "no"], Header()] = "no",
) -> DraftFileMade:
    """Clean a file and keep it for a draft, under the caller's key. It waits as long as a draft does."""
    async with places.for_uploads().place():
        data = await _whole(request)
        taken = await receiving.receive(
            session, data, antam_file_key, keep_original=antam_keep_original == "yes"
        )
    about = taken.about
    return DraftFileMade(id=taken.id, kind=about.kind, media_type=about.media_type, size=about.size)


async def _whole(request: Request) -> bytes:
    """The body, read only now that there is a place for it."""
    data = bytearray()
    try:
        async with asyncio.timeout(_READING):
            async for part in request.stream():
                data += part
    except (TimeoutError, ClientDisconnect):
        raise Busy from None  # whoever hung up does not hear it
    return bytes(data)


@_files.post("/delete", status_code=HTTPStatus.NO_CONTENT)
async def delete_files(body: DraftFilesDelete, session: Session) -> None:
    """Delete files of a draft, also when they are gone already."""
    await repository.delete_draft_files(session, body.ids)


@_mailbox.post(
    "/file",
    response_class=Response,
    responses={**_RAW_ANSWER, **problems(NotFound, MailboxDamaged, FileDamaged, Busy)},
)
async def mailbox_file(body: MailboxFileAsk, session: Session, keys: Keys) -> Response:
    """One file of a message that the mailbox shows."""
    file = await mailbox.open_file(session, keys, body.receipt, body.file_id)
    return Response(file.content, media_type=file.about.media_type)


internal.include_router(_files)
internal.include_router(_mailbox)
