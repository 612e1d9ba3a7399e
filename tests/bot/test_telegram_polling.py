"""Which updates are in hand and what is confirmed: nothing before it is answered, everything after."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_api import Kind, TelegramTrouble
from bot.channels.telegram_polling import Troubles, Window


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
