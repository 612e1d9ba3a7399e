"""Pictures that can be fetched by their address: unguessable, few, and gone after minutes."""

from bot.channels.pictures import CAPACITY, TTL_SECONDS, ShownPictures


class Clock:
    """A clock that stands where it is put."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_picture_is_fetched_by_its_own_address_alone() -> None:
    shown = ShownPictures()
    first, second = shown.put(b"one"), shown.put(b"two")
    assert (shown.get(first), shown.get(second)) == (b"one", b"two")
    assert shown.get("x.png") is None
    assert first != second and len(first) >= 32


def test_a_picture_is_gone_after_its_time() -> None:
    clock = Clock()
    shown = ShownPictures(clock)
    name = shown.put(b"one")
    clock.now = TTL_SECONDS
    assert shown.get(name) == b"one"
    clock.now += 1
    assert shown.get(name) is None
    assert len(shown) == 0


def test_the_oldest_makes_room() -> None:
    shown = ShownPictures()
    names = [shown.put(b"png") for _ in range(CAPACITY + 1)]
    assert shown.get(names[0]) is None
    assert shown.get(names[-1]) == b"png"
    assert len(shown) == CAPACITY
