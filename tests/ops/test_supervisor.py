"""The supervisor, with real small processes: what dies comes back, what is stopped leaves nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.kit.settings import ROOT
from backend.ops.lock import is_running
from tests.ops.processes import alive
from tests.waiting import eventually


class SmallHouse:
    """A running ``tests.ops.small_house`` whose output goes to a file."""

    def __init__(self, var: Path, port: int, *names: str) -> None:
        self.var = var
        self._out = var.with_suffix(f".{os.urandom(4).hex()}.out")
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.ops.small_house", str(var), str(port), *names],
                stdout=out,
                stderr=out,
                cwd=ROOT,
            )

    def said(self) -> str:
        return self._out.read_text(encoding="utf-8")

    def wait_for(self, words: str, times: int = 1) -> str:
        def heard() -> bool:
            return self.said().count(words) >= times

        eventually(heard)
        return self.said()

    def pids(self) -> list[int]:
        """Of every child that told its own, oldest first."""
        return [int(number) for number in re.findall(r"│ pid (\d+)", self.said())]

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def small_house(tmp_path: Path, free_port: int) -> Iterator[Callable[..., SmallHouse]]:
    houses: list[SmallHouse] = []

    def build(*names: str, port: int | None = None) -> SmallHouse:
        houses.append(SmallHouse(tmp_path / "var", port or free_port, *names))
        return houses[-1]

    yield build
    for house in houses:
        if house.process.poll() is None:
            house.process.kill()
        house.process.wait()


def none_alive(pids: list[int]) -> Callable[[], bool]:
    def gone() -> bool:
        return not any(alive(pid) for pid in pids)

    return gone


class TestKeeping:
    def test_starts_a_process_again_when_it_dies(self, small_house: Callable[..., SmallHouse]) -> None:
        house = small_house("quiet")
        house.wait_for("all up")
        os.kill(house.pids()[0], signal.SIGKILL)
        house.wait_for("│ pid", times=2)
        assert "ended (signal SIGKILL); starts again in 0.05 s" in house.said()
        assert alive(house.pids()[1])

    def test_gives_up_with_the_last_words_of_one_that_never_comes_up(
        self, small_house: Callable[..., SmallHouse]
    ) -> None:
        house = small_house("quiet", "fainting")
        assert house.process.wait(30) == 1
        assert "fainting does not start. Its last words:\n" in house.said()
        assert "I cannot" in house.said()
        assert none_alive(house.pids())()

    def test_waits_longer_after_each_early_death(self, small_house: Callable[..., SmallHouse]) -> None:
        house = small_house("fainting")
        house.process.wait(30)
        told = house.said().partition("does not start")[0]
        pauses = [float(pause) for pause in re.findall(r"starts again in ([\d.]+) s", told)]
        assert pauses == sorted(pauses)
        assert pauses[:3] == [0.05, 0.1, 0.2]

    def test_one_that_dies_at_once_again_and_again_is_tried_at_bounded_pauses_until_it_recovers(
        self, small_house: Callable[..., SmallHouse]
    ) -> None:
        house = small_house("sickly")
        house.wait_for("all up")
        illness = house.var / "ill"
        illness.touch()
        os.kill(house.pids()[0], signal.SIGKILL)
        told = house.wait_for("starts again in 0.4 s", times=3)
        pauses = [float(pause) for pause in re.findall(r"starts again in ([\d.]+) s", told)]
        assert pauses == [0.05, 0.1, 0.2, 0.4, 0.4, 0.4]
        illness.unlink()
        house.wait_for("│ well", times=2)
        assert alive(house.pids()[-1])

    def test_one_that_cannot_even_be_started_is_tried_again(
        self, small_house: Callable[..., SmallHouse]
    ) -> None:
        house = small_house("hindered")
        house.wait_for("all up")
        hindrance = house.var / "ill"
        hindrance.touch()
        os.kill(house.pids()[0], signal.SIGKILL)
        house.wait_for("could not be started (nothing can be put in order now); starts again in 0.1 s")
        hindrance.unlink()
        house.wait_for("│ pid", times=2)
        assert alive(house.pids()[1])

    def test_keeps_what_a_process_said_in_its_log(self, small_house: Callable[..., SmallHouse]) -> None:
        house = small_house("quiet")
        house.wait_for("all up")
        log = (house.var / "log" / "quiet.log").read_text(encoding="utf-8").splitlines()
        assert f"pid {house.pids()[0]}" in log

    def test_allows_no_core_dump(self, small_house: Callable[..., SmallHouse]) -> None:
        house = small_house("dumping")
        limits = re.search(r"core \((\d+), (\d+)\)", house.wait_for("core ("))
        assert limits is not None
        assert max(int(limits[1]), int(limits[2])) <= 1


class TestStopping:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_every_process_and_the_lock(
        self, small_house: Callable[..., SmallHouse], number: signal.Signals
    ) -> None:
        house = small_house("quiet", "second")
        house.wait_for("all up")
        assert is_running(house.var)
        house.send(number)
        assert house.process.wait(30) == 0
        assert none_alive(house.pids())()
        assert not (house.var / "antam.lock").exists()

    def test_one_that_will_not_go_is_ended_by_force(self, small_house: Callable[..., SmallHouse]) -> None:
        house = small_house("stubborn")
        house.wait_for("│ pid")
        house.send(signal.SIGTERM)
        assert house.process.wait(30) == 0
        assert none_alive(house.pids())()

    def test_what_a_process_started_ends_with_it(self, small_house: Callable[..., SmallHouse]) -> None:
        house = small_house("parent")
        house.wait_for("│ pid", times=2)
        house.send(signal.SIGTERM)
        assert house.process.wait(30) == 0
        eventually(none_alive(house.pids()))

    def test_nothing_outlives_a_supervisor_that_is_killed(
        self, small_house: Callable[..., SmallHouse]
    ) -> None:
        house = small_house("quiet", "stubborn")
        house.wait_for("all up")
        house.send(signal.SIGKILL)
        house.process.wait(30)
        eventually(none_alive(house.pids()))
        assert not is_running(house.var)

    def test_a_start_after_a_kill_works(self, small_house: Callable[..., SmallHouse]) -> None:
        killed = small_house("quiet")
        killed.wait_for("all up")
        killed.send(signal.SIGKILL)
        killed.process.wait(30)
        small_house("quiet").wait_for("all up")


class TestRefusing:
    def test_a_second_one_in_the_same_folder_says_who_runs(
        self, small_house: Callable[..., SmallHouse]
    ) -> None:
        first = small_house("quiet")
        first.wait_for("all up")
        second = small_house("quiet")
        assert second.process.wait(30) == 1
        assert f"already runs with {first.var} (process {first.process.pid})" in second.said()
        assert first.process.poll() is None
        assert is_running(first.var)

    def test_a_taken_port_is_named_with_the_remedy(self, small_house: Callable[..., SmallHouse]) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            house = small_house("quiet", port=port)
            assert house.process.wait(30) == 1
        assert f"Port {port} (the small house) is taken by another program." in house.said()
        assert f"ANTAM_SMALL_PORT={port + 1000}" in house.said()
        assert house.pids() == []
