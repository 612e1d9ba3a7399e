"""What the process remembers of conversations."""

import asyncio

from bot.envelope import Reply, Turn
from bot.memory import TTL_SECONDS, Conversations, OpenMailbox


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_conversation_is_remembered_for_a_quarter_of_an_hour() -> None:
    clock = Clock()
    known = Conversations(clock)
    async with known.open(b"a") as conversation:
        conversation.mailbox = OpenMailbox("12345678901234567")
    clock.now += TTL_SECONDS - 1
    async with known.open(b"a") as conversation:
        assert conversation.mailbox is not None
    clock.now += TTL_SECONDS + 1
    known.sweep()
    assert len(known) == 0


async def test_no_more_than_the_limit_is_remembered_and_the_oldest_go_first() -> None:
    known = Conversations(Clock(), capacity=3)
    for name in (b"a", b"b", b"c", b"d", b"e"):
        async with known.open(name) as conversation:
            conversation.in_tip = True
    known.sweep()
    assert len(known) == 3
    async with known.open(b"a") as again:
        assert not again.in_tip


async def test_messages_of_one_conversation_wait_for_each_other_and_others_do_not() -> None:
    known = Conversations(Clock())
    order: list[str] = []
    first_inside, may_leave = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with known.open(b"a"):
            first_inside.set()
            await may_leave.wait()
            order.append("first")

    async def second() -> None:
        async with known.open(b"a"):
            order.append("second")

    async def other() -> None:
        async with known.open(b"b"):
            order.append("other")

    held = asyncio.create_task(first())
    await first_inside.wait()
    waiting = asyncio.create_task(second())
    await other()
    may_leave.set()
    await asyncio.gather(held, waiting)
    assert order == ["other", "first", "second"]


async def test_a_conversation_that_is_being_answered_is_never_swept() -> None:
    clock = Clock()
    known = Conversations(clock, capacity=1)
    async with known.open(b"a") as conversation:
        clock.now += 10 * TTL_SECONDS
        async with known.open(b"b"):
            pass
        known.sweep()
        conversation.in_tip = True
    async with known.open(b"a") as again:
        assert again is not conversation or again.in_tip


async def test_forgetting_leaves_nothing_that_was_said() -> None:
    known = Conversations(Clock())
    async with known.open(b"a") as conversation:
        sender = conversation.rasa_sender
        conversation.offer("/faq_bat_ho")
        conversation.mailbox = OpenMailbox("12345678901234567")
        conversation.remember("m", Turn((Reply("lời"),)))
        conversation.forget()
        assert not conversation.offered and not conversation.answered
        assert conversation.mailbox is None
        assert conversation.rasa_sender != sender


async def test_closing_a_mailbox_forgets_what_showed_it_but_not_that_it_was_answered() -> None:
    known = Conversations(Clock())
    async with known.open(b"a") as conversation:
        conversation.remember("open", Turn((Reply("chuyện riêng", sensitive=True),)))
        conversation.remember("ask", Turn((Reply("chuyện chung"),)))
        conversation.drop_sensitive()
        answered = {message: turn.replies for message, turn in conversation.answered.items()}
        assert answered == {"open": (), "ask": (Reply("chuyện chung"),)}
