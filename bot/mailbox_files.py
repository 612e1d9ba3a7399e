"""Photos and voice notes in the open mailbox: sent after they were asked about, and those of the desks shown.

A file that is not sent is destroyed when the mailbox closes. What is shown is in memory for one answer.
"""

from typing import Final

from bot.backend import BackendSilent
from bot.case import Case, Said
from bot.clean import clean
from bot.envelope import Link, Picture, Reply
from bot.files import MAX_FILES, Files, KeptFile
from bot.mailbox import MailboxRoom, opened
from bot.memory import OpenMailbox

PAGE: Final = "/hop-thu"
_SHOWING: Final = frozenset({"web", "telegram"})
"""Channels that a picture reaches without an address that others could fetch."""


class MailboxFiles:
    """The files of one conversation's open mailbox."""

    def __init__(self, room: MailboxRoom, files: Files) -> None:
        self._room = room
        self._files = files

    async def take(self, case: Case, now: float) -> Said:
        """Have what came along kept, and ask whether to send it; a caption goes with it."""
        box, say = opened(case.conversation), case.say
        if not box.can_write:
            return (Reply(say("box.full"), self._room.ways(case), sensitive=True),)
        said = [] if box.files else [Reply(say("box.files.notice"), sensitive=True)]
        for media in case.incoming.media:
            key = "file.full"
            if len(box.files) < MAX_FILES:
                if not case.conversation.files.take(now):
                    said.append(Reply(say("fault.too_fast"), sensitive=True, unkept=True))
                    break
                try:
                    kept = await self._files.take(media)
                except BackendSilent:
                    said.append(Reply(say("box.files.unkept"), sensitive=True, unkept=True))
                    break
                if isinstance(kept, KeptFile):
                    box.files, box.held_id = (*box.files, kept), case.incoming.message_id
                    continue
                key = kept.key
            said.append(Reply(say(key), sensitive=True))
        caption = clean(case.incoming.text or "")
        if caption.fault is None:
            return (*said, *await self._room.write(case, caption.text))
        if box.files and box.writing and not case.incoming.forwarded:
            return (*said, *await self._room.send(case))
        return (*said, *self._room.again(case))

    async def show(self, case: Case) -> Said:
        """The files of the desks: photos where the channel shows them, all else on the mailbox page."""
        box, say = opened(case.conversation), case.say
        link = (Link(say("box.files.page"), PAGE),)
        photos = [file for file in box.theirs if file.kind == "photo"]
        if case.incoming.person.channel not in _SHOWING or not photos:
            return (Reply(say("box.files.elsewhere"), links=link, sensitive=True), *self._room.again(case))
        said = []
        try:
            for number, file in enumerate(photos[-MAX_FILES:], 1):
                content = await self._room.mailboxes.file(box.receipt, file.id)
                if content is None:
                    said.append(Reply(say("box.files.gone"), sensitive=True))
                    continue
                alt = say("file.photo", number=str(number))
                picture = Picture(content, alt, file.media_type, protected=True)
                said.append(Reply(alt.capitalize(), picture=picture, sensitive=True))
        except BackendSilent:
            said.append(Reply(say("box.silent"), sensitive=True))
        if len(photos) < len(box.theirs):
            said.append(Reply(say("box.files.voices"), links=link, sensitive=True))
        return (*said, *self._room.again(case))

    async def let_go(self, before: OpenMailbox | None, now_open: OpenMailbox | None) -> None:
        """Destroy what was not sent from a mailbox that has just closed."""
        if before is not None and before is not now_open and before.files:
            await self._files.drop([file.id for file in before.files])
