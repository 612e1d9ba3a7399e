"""The files of a tip for a desk's member, and the form of an answer that may bring some.

A file leaves as nothing but itself: it cannot run, be guessed to be something else, or be kept by a browser.
"""

import uuid
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from backend.accounts.access import Keys, Liaison
from backend.desks import case_files
from backend.desks.case_files import MOST_FILES
from backend.kit.errors import Invalid
from backend.kit.request_session import Session
from backend.tips.files.places import in_turn
from backend.tips.files.service import OpenedFile
from backend.tips.schemas import MAX_TEXT

staff = APIRouter()

_CONFINED: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "accept-ranges": "none",
}
_ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/amr": "amr",
}


@dataclass(frozen=True)
class Answer:
    """What a liaison wrote to a reporter, and the files beside it as they came."""

    text: str = field(repr=False)
    files: list[bytes] = field(repr=False)


async def _answer(request: Request, _: Liaison) -> Answer:
    """The form of an answer. Read only for who is signed in: it may be far larger than any other."""
    form = await request.form()
    text = form.get("text", "")
    if not isinstance(text, str) or len(text) > MAX_TEXT:
        raise Invalid
    # An empty choice of files comes as one without a name.
    chosen = [part for part in form.getlist("files") if isinstance(part, UploadFile) and part.filename]
    return Answer(text.strip(), [await part.read() for part in chosen[: MOST_FILES + 1]])


AnswerForm = Annotated[Answer, Depends(_answer)]


@staff.get("/desks/{desk_id}/tips/{tip_id}/files/{file_id}", dependencies=[in_turn])
async def tip_file(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    file_id: uuid.UUID,
) -> Response:
    """One file of a tip. Opening it is logged."""
    file = await case_files.open_file(session, keys, person, tip_id=tip_id, desk_id=desk_id, file_id=file_id)
    return _alone(file)


def _alone(file: OpenedFile) -> Response:
    """The file and nothing else: a clean one to look at or to hear, an original to save only."""
    name = f"{'anh' if file.about.kind == 'photo' else 'am-thanh'}-{file.number}"
    if file.is_original:
        ending = _ENDINGS.get(file.about.media_type, "bin")
        shown, media_type = f'attachment; filename="{name}-goc.{ending}"', "application/octet-stream"
    else:
        ending = _ENDINGS[file.about.media_type]
        shown, media_type = f'inline; filename="{name}.{ending}"', file.about.media_type
    return Response(file.content, media_type=media_type, headers={**_CONFINED, "content-disposition": shown})
