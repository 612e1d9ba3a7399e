"""Which updates are in hand and what is confirmed: nothing before it is answered, everything after."""

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram_api import Kind, TelegramApi, TelegramTrouble
from bot.channels.telegram_polling import Polling, Troubles, Window
from tests.fakes.telegram import TOKEN, FakeTelegram, telegram_server


class TestWindow:
    def test_it_asks_for_what_comes_after_the_last_that_was_answered(self) -> None:
        window = Window()
        assert window.offset is None
        assert window.take(7)
        window.done(7)
        assert window.offset == 8

    def test_it_confirms_nothing_past_the_oldest_in_hand(self) -> None:
        window = Window()
        for number in (7, 8, 9):
            window.take(number)
        window.done(8)
        window.done(9)
        assert window.offset == 7
        window.done(7)
        assert window.offset == 10

    def test_what_comes_again_while_it_is_in_hand_or_unconfirmed_is_known(self) -> None:
        window = Window()
        window.take(7)
        window.take(8)
        window.done(8)
        assert not window.take(7)
        assert not window.take(8)
        window.done(7)
        # The question that brings both again may be under way while the last of them is answered.
        window.confirmed(7)
        assert not window.take(7)
        window.confirmed(9)
        assert window.take(7)

    def test_numbers_may_begin_anew(self) -> None:
        window = Window()
        window.take(900)
        window.done(900)
        window.confirmed(901)
        window.take(5)
        window.done(5)
        assert window.offset == 6

    def test_what_is_given_back_is_asked_for_again(self) -> None:
        window = Window()
        window.take(7)
        window.done(7)
        window.take(8)
        window.give_back(8)
        assert window.offset == 8
        assert window.take(8)

    @given(order=st.permutations(range(10, 18)), asked=st.sets(st.integers(0, 8)))
    def test_the_number_to_ask_from_never_passes_one_in_hand(self, order: list[int], asked: set[int]) -> None:
        window = Window()
        for number in range(10, 18):
            window.take(number)
        for turn, number in enumerate(order):
            assert window.offset == min(order[turn:])
            if turn in asked:
                window.confirmed(window.offset)
            assert not any(window.take(known) for known in order[turn:])
            window.done(number)
        assert window.offset == 18


async def test_updates_for_which_there_is_no_room_wait_at_telegram_in_their_order() -> None:
    fake, taken, opened = FakeTelegram(), list[int](), asyncio.Event()

    def take(update: Update, done: Callable[[], None]) -> bool:
        if taken and not opened.is_set():
            return False
        taken.append(update.update_id)
        done()
        return True

    async def room() -> None:
        if taken:
            await opened.wait()

    updates = [fake.message(1, text=text) for text in ("a", "b", "c")]
    numbers = [update["update_id"] for update in updates]
    for update in updates:
        fake.post(update)
    with telegram_server(fake) as url:
        api = TelegramApi(TOKEN, url)
        polling = asyncio.create_task(Polling(api, take, room).run())
        await asyncio.to_thread(fake.until_called, "getUpdates")
        while not taken:
            await asyncio.sleep(0)
        assert taken == numbers[:1]
        assert not fake.confirmed
        opened.set()
        await asyncio.to_thread(fake.until_confirmed, updates[-1])
        assert taken == numbers
        polling.cancel()
        await asyncio.wait([polling])
        await api.close()


class TestTroubles:
    def test_pauses_grow_and_a_success_ends_them(self) -> None:
        troubles, silent = Troubles(), TelegramTrouble("getUpdates", Kind.SILENT)
        pauses = [troubles.pause(silent) for _ in range(9)]
        assert pauses == sorted(pauses)
        assert pauses[0] < 1 and pauses[-1] == 60
        troubles.over()
        assert troubles.pause(silent) == pauses[0]

    def test_what_telegram_asks_for_is_waited(self) -> None:
        assert Troubles().pause(TelegramTrouble("getUpdates", Kind.LIMITED, 33)) == 33

    def test_nobody_makes_the_bot_wait_for_days(self) -> None:
        assert Troubles().pause(TelegramTrouble("getUpdates", Kind.LIMITED, 1e9)) == 600
