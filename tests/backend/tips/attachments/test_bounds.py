"""The cleaner takes bounded memory and time, can open nothing, and its end is a refusal, never our own."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from backend.kit.settings import ROOT
from backend.tips.attachments.cleaning import LIMITS, believed, cleaned, command
from backend.tips.attachments.types import (
    MAX_BYTES,
    MAX_SMALL_BYTES,
    PHOTOS,
    REASONS,
    Clean,
    PhotoKind,
    Refused,
)
from tests.backend.tips.attachments.photos import announcing, photo, picture
from tests.backend.tips.attachments.voices import RECORDERS, hours, voice

MEGABYTE = 1024**2
LITTLE = replace(LIMITS, memory_bytes=300 * MEGABYTE)
"""Enough for the cleaner and a telephone's photo, too little for 50 megapixels."""


@pytest.fixture(scope="module")
def large() -> bytes:
    """As many pixels as are allowed."""
    return photo("png", picture(8160, 6144), compress_level=1)


def peak_memory() -> int:
    """The most that this process held since ``forget_peak``, in bytes."""
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def cleaners() -> list[int]:
    """The cleaners that this process has started and that still run."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"attachments.cleaner" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


async def at_work() -> int:
    """The cleaner that was just started, once its limits are on."""
    async with asyncio.timeout(30):
        while not (
            running := [pid for pid in cleaners() if "Max open files            0 " in limits_of(pid)]
        ):
            await asyncio.sleep(0)
    return running[0]


def limits_of(pid: int) -> str:
    return Path(f"/proc/{pid}/limits").read_text()


class TestMemory:
    @pytest.mark.parametrize("kind", PHOTOS)
    async def test_a_bomb_is_refused_before_memory_is_taken_for_it(self, kind: PhotoKind) -> None:
        """Under a limit that its pixels would break, it is still refused for its pixels."""
        with pytest.raises(Refused, match="too_many_pixels"):
            await cleaned(announcing(kind, 12_000, 9_000), LITTLE)

    async def test_a_real_bomb_of_a_hundred_megapixels_is_refused(self) -> None:
        with pytest.raises(Refused, match="too_many_pixels"):
            await cleaned(photo("png", Image.new("1", (12_000, 9_000))), LITTLE)

    async def test_a_photo_that_needs_more_than_the_limit_is_too_heavy(self, large: bytes) -> None:
        with pytest.raises(Refused, match="too_heavy"):
            await cleaned(large, LITTLE)

    async def test_the_largest_photo_fits_and_takes_none_of_our_memory(self, large: bytes) -> None:
        forget_peak()
        before = peak_memory()
        assert (await cleaned(large)).media_type == "image/png"
        assert peak_memory() - before < 2 * MAX_BYTES

    async def test_a_telephones_photo_fits_the_little_limit(self) -> None:
        assert (await cleaned(photo("jpeg"), LITTLE)).media_type == "image/jpeg"


class TestTime:
    async def test_what_takes_too_much_processor_time_is_too_heavy(self) -> None:
        with pytest.raises(Refused, match="too_heavy"):
            await cleaned(hours(), replace(LIMITS, cpu_seconds=1))

    def test_a_cleaner_whose_backend_is_gone_ends_by_itself(self) -> None:
        alone = subprocess.Popen(
            command("jpeg", replace(LIMITS, wall_seconds=1)), cwd=ROOT, env={}, stdin=subprocess.PIPE
        )
        assert alone.wait(30) == -signal.SIGALRM
        assert alone.stdin is not None
        alone.stdin.close()

    async def test_more_files_than_places_are_all_cleaned(self) -> None:
        files = [photo("jpeg", picture(64 + number, 64)) for number in range(5)]
        sizes = {len((await one).content) for one in asyncio.as_completed(map(cleaned, files))}
        assert sizes


class TestConfinement:
    @pytest.fixture
    def waiting(self) -> Iterator[int]:
        """A cleaner that has put on its limits and waits for its file."""
        with subprocess.Popen(
            command("jpeg", LIMITS), cwd=ROOT, env={}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as process:
            while "Max open files            0 " not in limits_of(process.pid):
                assert process.poll() is None
            yield process.pid
            process.kill()

    def test_it_can_open_no_file_and_no_connection(self, waiting: int) -> None:
        limits = {line[:26].strip(): line[26:].split()[:2] for line in limits_of(waiting).splitlines()}
        assert limits["Max open files"] == ["0", "0"]
        assert limits["Max file size"] == ["0", "0"]
        assert limits["Max address space"] == [str(LIMITS.memory_bytes)] * 2
        assert limits["Max cpu time"] == [str(LIMITS.cpu_seconds)] * 2

    def test_nobody_looks_into_it_and_it_holds_nothing_of_ours(self, waiting: int) -> None:
        """The account that it runs as may not look; root, who may, finds no variable and only its pipes."""
        environment, files = Path(f"/proc/{waiting}/environ"), Path(f"/proc/{waiting}/fd")
        if os.geteuid() != 0:
            for private in (environment.read_bytes, lambda: os.listdir(files)):
                with pytest.raises(PermissionError):
                    private()
            return
        assert b"=" not in environment.read_bytes()
        assert set(os.listdir(files)) == {"0", "1", "2"}


class TestDamage:
    FILES = (
        *(photo(kind) for kind in PHOTOS),
        *(voice(recorder, seconds=1) for recorder in RECORDERS.values()),
    )

    @settings(max_examples=20)
    @given(st.sampled_from(FILES), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=20))
    def test_any_damage_ends_in_a_clean_file_or_a_named_refusal(
        self, file: bytes, changes: list[tuple[float, int]]
    ) -> None:
        damaged = bytearray(file)
        for where, value in changes:
            damaged[int(where * (len(damaged) - 1))] = value
        try:
            assert asyncio.run(cleaned(bytes(damaged))).content
        except Refused as refused:
            assert refused.reason in REASONS and refused.reason != "crashed"


class TestItsEnd:
    @asynccontextmanager
    async def cleaning(self, data: bytes) -> AsyncIterator["asyncio.Task[Clean]"]:
        task = asyncio.create_task(cleaned(data))
        yield task
        await asyncio.gather(task, return_exceptions=True)

    async def test_a_crash_is_a_refusal(self, large: bytes) -> None:
        async with self.cleaning(large) as task:
            os.kill(await at_work(), signal.SIGSEGV)
            with pytest.raises(Refused, match="crashed"):
                await task

    async def test_being_killed_for_memory_is_a_refusal(self, large: bytes) -> None:
        async with self.cleaning(large) as task:
            os.kill(await at_work(), signal.SIGKILL)
            with pytest.raises(Refused, match="too_heavy"):
                await task

    async def test_who_stops_waiting_leaves_no_cleaner_behind(self, large: bytes) -> None:
        async with self.cleaning(large) as task:
            await at_work()
            task.cancel()
        assert cleaners() == []


class TestBelieved:
    JPEG = photo("jpeg")
    SMALL = photo("jpeg", picture(24, 16))
    VOICE = voice(RECORDERS["Telegram"], seconds=1)
    START = b"clean image/jpeg %d\n" % len(SMALL) + SMALL

    def test_a_clean_file_is_believed(self) -> None:
        assert believed(0, self.START + self.JPEG) == Clean("image/jpeg", self.JPEG, self.SMALL)

    def test_a_clean_voice_has_no_thumbnail(self) -> None:
        assert believed(0, b"clean audio/ogg 0\n" + self.VOICE) == Clean("audio/ogg", self.VOICE)

    def test_a_refusal_is_believed(self) -> None:
        with pytest.raises(Refused, match="damaged"):
            believed(0, b"refused damaged\n")

    @pytest.mark.parametrize(
        "written",
        [
            b"",
            b"clean image/jpeg",
            b"clean image/jpeg\n" + JPEG,
            START,
            START + b"MZ\x90\0",
            START.replace(b"jpeg", b"png", 1) + JPEG,
            b"clean image/jpeg 0\n" + JPEG,
            b"clean image/jpeg 9\n<html>..." + JPEG,
            b"clean image/jpeg -1\n" + JPEG,
            b"clean image/jpeg %d\n" % len(JPEG) + JPEG,
            b"clean image/jpeg %d\n" % (MAX_SMALL_BYTES + 1) + JPEG.ljust(MAX_SMALL_BYTES + 1) + JPEG,
            b"clean image/jpeg " + b"1" * 100 + b"\n" + JPEG,
            b"clean audio/ogg %d\n" % len(SMALL) + SMALL + VOICE,
            b"clean image/svg+xml 0\n<svg/>",
            b"clean text/html 0\n<html>",
            b"refused 0912345678\n",
            START + JPEG.ljust(MAX_BYTES + 1, b"\0"),
        ],
    )
    def test_what_an_honest_cleaner_never_writes_is_a_crash(self, written: bytes) -> None:
        with pytest.raises(Refused, match="crashed"):
            believed(0, written)

    def test_a_whole_answer_of_one_that_crashed_afterwards_is_not_believed(self) -> None:
        with pytest.raises(Refused, match="crashed"):
            believed(-signal.SIGSEGV, self.START + self.JPEG)
