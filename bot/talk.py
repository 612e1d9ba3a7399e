"""The awareness conversation: Rasa first, the backend's own search when Rasa is silent, menus when both are.

It knows no facts of its own: topics come from the backend, telephone numbers from the data. It says
nothing about technical trouble.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.backend import Backend, BackendSilent, Topic, TopicTitle
from bot.clean import for_rasa
from bot.emergency import GENERAL, emergency_reply
from bot.envelope import Choice, ChoiceKind, Language, Picture, Reply
from bot.memory import Conversation
from bot.phrases import Spoken
from bot.rasa import Rasa, RasaAct, RasaReply

Said = tuple[Reply, ...]
_TOPICS_A_PAGE: Final = 8
_SURE: Final = 1.5
"""The best hit is answered at once when it scores this many times the next one."""


class Talk:
    """Answers what is no tip and no mailbox. Acts that lead there are handed back to the engine."""

    def __init__(self, rasa: Rasa, backend: Backend) -> None:
        self._rasa = rasa
        self._backend = backend

    async def ask(self, conversation: Conversation, text: str, say: Spoken) -> tuple[Said, RasaAct | None]:
        """What a worker's text leads to. Never sees a tip or a receipt: the engine has looked before."""
        message = for_rasa(text)
        if not message:
            return self.menu(say, "not_understood"), None
        return await self._rasa_or_search(conversation, message, text, say)

    async def press(
        self, conversation: Conversation, payload: str, say: Spoken
    ) -> tuple[Said, RasaAct | None]:
        """A choice that Rasa itself had offered; ``payload`` is what the bot kept for it."""
        return await self._rasa_or_search(conversation, payload, None, say)

    async def note_topic(self, conversation: Conversation, topic: str, say: Spoken) -> None:
        """Let Rasa know what was just spoken of, so that questions that follow are about it."""
        await self._rasa.ask(conversation.rasa_sender, f"/faq_{topic}", say.language, human=False)

    async def _rasa_or_search(
        self, conversation: Conversation, message: str, text: str | None, say: Spoken
    ) -> tuple[Said, RasaAct | None]:
        said, act = await self._by_rasa(conversation, message, text is not None, say)
        if said or act:
            return said, act
        return (self.menu(say) if text is None else await self._searched(text, say)), None

    async def loan(self, conversation: Conversation, say: Spoken) -> tuple[Said, RasaAct | None]:
        """Begin to work out a loan; without Rasa, what the law says of interest."""
        said, act = await self._by_rasa(conversation, "/check_loan", False, say)
        return (said or await self.topic("interest_law", say)), act

    async def _by_rasa(
        self, conversation: Conversation, message: str, human: bool, say: Spoken
    ) -> tuple[Said, RasaAct | None]:
        answers = await self._rasa.ask(conversation.rasa_sender, message, say.language, human=human)
        return await self._heard(conversation, answers or [], say)

    async def _heard(
        self, conversation: Conversation, answers: list[RasaReply], say: Spoken
    ) -> tuple[Said, RasaAct | None]:
        replies: list[Reply] = []
        act = None
        for answer in answers:
            if answer.custom is not None and answer.custom.do == "loan_picture":
                picture = await self._drawn(answer.custom, say.language)
                replies[-1:] = [replace(reply, picture=picture) for reply in replies[-1:]]
            elif answer.custom is not None and answer.custom.do:
                act = answer.custom
            if answer.text or answer.buttons:
                choices = tuple(
                    Choice(conversation.offer(button.payload), button.title, button.kind)
                    for button in answer.buttons
                )
                replies.append(Reply(answer.text or say("topic.more"), choices))
        return tuple(replies), act

    async def _drawn(self, act: RasaAct, language: Language) -> Picture | None:
        """The picture of a loan, or None: the text says enough without it."""
        try:
            return await self._backend.draw_loan(act.known or {}, language)
        except BackendSilent:
            return None

    async def _searched(self, text: str, say: Spoken) -> Said:
        try:
            hits = await self._backend.search_topics(text, say.language)
            if not hits:
                return self.menu(say, "not_understood")
            if len(hits) == 1 or hits[0].score >= _SURE * hits[1].score:
                return await self.topic(hits[0].id, say)
        except BackendSilent:
            return (*self.hotlines(say), *self.menu(say, "menu"))
        return (Reply(say("suggest"), (*_titles(hits), _start(say))),)

    async def topic(self, topic: str, say: Spoken) -> Said:
        """The first answer of a topic, and its further parts as choices."""
        found = await self._topic(topic, say.language)
        if found is None:
            return await self.topics(say, 0, "topic.gone")
        more = tuple(Choice(f"more.{found.id}.{section.id}", section.title) for section in found.sections)
        return (Reply(found.answer, (*more, Choice("do.tip", say("menu.tip")), _start(say))),)

    async def section(self, topic: str, section: str, say: Spoken) -> Said:
        """One further part of a topic."""
        found = await self._topic(topic, say.language)
        part = next((part for part in found.sections if part.id == section), None) if found else None
        if found is None or part is None:
            return await self.topics(say, 0, "topic.gone")
        rest = tuple(
            Choice(f"more.{found.id}.{other.id}", other.title)
            for other in found.sections
            if other.id != section
        )
        related = _titles(found.related[:2])
        text = f"{part.title}\n{part.text}"
        return (Reply(text, (*rest, *related, Choice("do.tip", say("menu.tip")), _start(say))),)

    async def topics(self, say: Spoken, page: int = 0, key: str = "topics") -> Said:
        """The list of topics, by pages."""
        try:
            titles = await self._backend.topics(say.language)
        except BackendSilent:
            return (*self.hotlines(say), *self.menu(say, "menu"))
        pages = max(1, -(-len(titles) // _TOPICS_A_PAGE))
        page %= pages
        choices = _titles(titles[page * _TOPICS_A_PAGE : (page + 1) * _TOPICS_A_PAGE])
        if pages > 1:
            choices += (Choice(f"do.topics.{(page + 1) % pages}", say("topics.next")),)
        return (Reply(say(key), (*choices, _start(say))),)

    def menu(self, say: Spoken, key: str = "menu") -> Said:
        """What the assistant can do."""
        return (Reply(say(key), menu_choices(say)),)

    def hotlines(self, say: Spoken) -> Said:
        """The telephone numbers that are certain; each with what it is for."""
        lines = [say("hotlines")]
        for hotline in say.phrases.hotlines.values():
            if hotline.confirmed:
                use = say.phrases.with_numbers(hotline.use[say.language])
                name = hotline.name[say.language]
                lines.append(say("hotlines.line", number=hotline.number, name=name, use=use))
        return (Reply("\n".join(lines), (_start(say),)),)

    def human(self, say: Spoken) -> Said:
        choices = (
            Choice("do.tip", say("menu.tip")),
            Choice("do.hotlines", say("menu.hotlines")),
            _start(say),
        )
        return (Reply(say("human"), choices),)

    def emergency(self, say: Spoken) -> Said:
        return (emergency_reply(GENERAL, say),)

    async def _topic(self, topic: str, language: Language) -> Topic | None:
        try:
            return await self._backend.topic(topic, language)
        except BackendSilent:
            return None


def menu_choices(say: Spoken) -> tuple[Choice, ...]:
    """The main menu, in the order of its digits."""
    return (
        Choice("do.tip", say("menu.tip")),
        Choice("do.mailbox", say("menu.mailbox")),
        Choice("do.topics", say("menu.topics")),
        Choice("do.hotlines", say("menu.hotlines")),
        Choice("do.check_message", say("menu.check_message")),
        Choice("do.loan", say("menu.loan")),
    )


def erase_choice(say: Spoken) -> Choice:
    """To take away what stands here; it has no digit, which may be meant for what was asked before."""
    return Choice("do.forget", say("erase"), ChoiceKind.WORD)


def _start(say: Spoken) -> Choice:
    return Choice("do.menu", say("menu.menu"), ChoiceKind.WAY)


def _titles(titles: Sequence[TopicTitle]) -> tuple[Choice, ...]:
    return tuple(Choice(f"topic.{title.id}", title.title) for title in titles)
