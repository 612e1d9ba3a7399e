"""A mailbox in words, for chat and for the page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.mailbox_client import Choice, Mailbox, MailboxMessage
from bot.phrases import Spoken


@dataclass(frozen=True)
class Line:
    """One message as it is shown. ``read``: of one's own, whether a liaison has opened it."""

    sender: str
    date: str
    text: str
    own: bool
    read: bool
    message: MailboxMessage


def head(mailbox: Mailbox, say: Spoken) -> str:
    """Status in plain words, the day of sending and the kind of tip."""
    status = f"box.status.{mailbox.status}"
    category = f"category.{mailbox.category}"
    return say(
        "box.head",
        status=say(status if say.has(status) else "box.status.other"),
        date=f"{mailbox.received_on:%d/%m/%Y}",
        category=say(category if say.has(category) else "category.other_crime"),
    )


def lines(mailbox: Mailbox, say: Spoken) -> list[Line]:
    """The messages, oldest first, with who wrote each."""
    shown = []
    for message in mailbox.messages:
        own = message.sender == "reporter"
        sender: str = "reporter" if own else (message.desk or "desk")
        if message.kind == "told":
            sender = "house"
        date = f"{message.on:%d/%m/%Y}"
        shown.append(
            Line(say(f"box.from.{sender}"), date, words(message, say), own, own and message.read, message)
        )
    return shown


def words(message: MailboxMessage, say: Spoken) -> str:
    """What a message says, with the house's own words where it holds a code only, or does not open."""
    if message.damaged:
        return say(f"box.message.damaged.{message.sender}")
    match message.kind:
        case "told":
            told = f"box.told.{message.about}"
            return say(told if say.has(told) else "box.told.other")
        case "consent":
            return say("box.consent", text=message.text)
        case "commendation" if message.code:
            key = "box.commendation.collected" if message.collected else "box.commendation"
            return say(key, text=message.text, code=f"{message.code[:4]} {message.code[4:]}")
    if message.choice and not message.text:
        return _coded(message.choice, "question", say)
    said = [message.text] if message.text else []
    if message.files:
        said.append(say("box.files.with", files=counted([file.kind for file in message.files], say)))
    if message.files_damaged:
        said.append(say("box.files.damaged", count=str(message.files_damaged)))
    return "\n".join(said)


def counted(kinds: Sequence[str], say: Spoken) -> str:
    """How many photos and recordings there are."""
    photos, voices = kinds.count("photo"), kinds.count("voice")
    parts = [say("files.photos", count=str(photos))] if photos else []
    parts += [say("files.voices", count=str(voices))] if voices else []
    return ", ".join(parts)


def open_questions(mailbox: Mailbox) -> tuple[MailboxMessage, ...]:
    """The questions that wait for an answer, oldest first."""
    return tuple(message for message in mailbox.messages if message.choices)


def choice_label(choice: Choice, question: MailboxMessage, say: Spoken) -> str:
    """A ready answer as it stands on a button."""
    return choice.text or _coded(choice.id, question.kind, say)


def tag(question: MailboxMessage) -> str:
    """A short mark of a question, for the ids of its buttons."""
    return question.id.replace("-", "")[:8]


def refusal(why: str | None, say: Spoken) -> str:
    """Why a text is none for this channel, kindly; ``why`` as the purpose guard names it."""
    key = f"refused.{why}"
    return say(key if say.has(key) else "refused.other")


def _coded(choice: str, kind: str, say: Spoken) -> str:
    key = f"box.{'consent' if kind == 'consent' else 'pick'}.{choice}"
    return say(key) if say.has(key) else choice
