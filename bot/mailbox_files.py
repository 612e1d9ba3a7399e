"""Photos and voice notes in the open mailbox: sent after they were asked about, and those of the desks shown.

A file that is not sent is destroyed when the mailbox closes. What is shown is in memory for one answer.
"""

from typing import Final

from bot.backend import BackendSilent
from bot.case import Case, Said
from bot.clean import clean
from bot.envelope import Link, Picture, Reply, Sound
from bot.files import MAX_FILES, Files, KeptFile
from bot.limits import visit
from bot.mailbox import MailboxRoom, opened
from bot.mailbox_client import MailFile
from bot.memory import OpenMailbox

PAGE: Final = "/hop-thu"
_SHOWING: Final = {"web": frozenset({"photo"}), "telegram": frozenset({"photo", "voice"})}
"""What reaches a channel without an address that others could fetch."""


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
        """The files of the desks, where the channel can show them; the others are on the mailbox page."""
        box, say = opened(case.conversation), case.say
        able = _SHOWING.get(case.incoming.person.channel, frozenset())
        shown = [file for file in box.theirs if file.kind in able][-MAX_FILES:]
        said = []
        try:
            for number, file in enumerate(shown, 1):
                said.append(await self._shown(box, file, say(f"file.{file.kind}", number=str(number)), case))
        except BackendSilent:
            said.append(Reply(say("box.silent"), sensitive=True))
        if len(shown) < len(box.theirs):
            link = (Link(say("box.files.page"), PAGE),)
            said.append(Reply(say("box.files.elsewhere"), links=link, sensitive=True))
        return (*said, *self._room.again(case))

    async def _shown(self, box: OpenMailbox, file: MailFile, name: str, case: Case) -> Reply:
        """One file with its name. Raises ``BackendSilent``."""
        with visit():  # each costs the backend a key derivation, as an opening does
            if not await self._room.line.admitted(case.incoming.visitor):
                raise BackendSilent("line")
            content = await self._room.mailboxes.file(box.receipt, file.id)
        if content is None:
            return Reply(case.say("box.files.not_shown"), sensitive=True)
        label = name[:1].upper() + name[1:]
        if file.kind == "voice":
            return Reply(label, sound=Sound(content, file.media_type), sensitive=True)
        return Reply(label, picture=Picture(content, name, file.media_type, protected=True), sensitive=True)

    async def let_go(self, before: OpenMailbox | None, now_open: OpenMailbox | None) -> None:
        """Destroy what was not sent from a mailbox that has just closed."""
        if before is not None and before is not now_open and before.files:
            await self._files.drop([file.id for file in before.files])
