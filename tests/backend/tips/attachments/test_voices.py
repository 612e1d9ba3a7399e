"""A clean voice note sounds the same and holds nothing else of the file."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.tips.attachments.cleaning import cleaned
from backend.tips.attachments.types import Refused, VoiceKind
from backend.tips.attachments.voice import clean_voice
from tests.backend.tips.attachments.photos import photo
from tests.backend.tips.attachments.voices import (
    RECORDERS,
    SECONDS,
    TONE,
    Recorder,
    heard,
    id3,
    opus_with_padding,
    voice,
)

MARKER = b"NguyenVanAn0912345678"
HEADERS = b"OpusTags\x06\0\0\0ffmpeg\0\0\0\0OggS"
"""The whole tag page of a clean note: a vendor, no tags, and the next page."""

TELEGRAM, IPHONE, MP4 = RECORDERS["Telegram"], RECORDERS["an iPhone"], RECORDERS["an MP4 without pictures"]
MP3, AMR, AAC = RECORDERS["a recorder's MP3"], RECORDERS["an old phone"], RECORDERS["bare AAC"]


def _tags(marker: bytes) -> dict[str, str]:
    return {
        "title": marker.decode(),
        "artist": marker.decode(),
        "location": "+10.77+106.69/",
        "make": "Samsung",
    }


PLACES: dict[str, tuple[VoiceKind, Callable[[bytes], bytes]]] = {
    "an Ogg's tags": ("ogg", lambda m: voice(TELEGRAM, _tags(m))),
    "Opus padding": ("ogg", opus_with_padding),
    "bytes after an Ogg": ("ogg", lambda m: voice(TELEGRAM) + m),
    "an M4A's tags": ("mp4", lambda m: voice(IPHONE, _tags(m))),
    "an M4A's cover": ("mp4", lambda m: voice(MP4, cover=photo("jpeg", comment=m))),
    "a free box of an M4A": ("mp4", lambda m: voice(IPHONE) + (len(m) + 8).to_bytes(4) + b"free" + m),
    "a zip after an M4A": ("mp4", lambda m: voice(IPHONE) + b"PK\x03\x04" + m),
    "an MP3's tag in front": ("mp3", lambda m: id3(m) + voice(MP3)),
    "an MP3's tag behind": ("mp3", lambda m: voice(MP3) + b"TAG" + m.ljust(125, b"\0")[:125]),
    "a zip after an MP3": ("mp3", lambda m: voice(MP3) + b"PK\x03\x04" + m),
    "bytes after AAC": ("aac", lambda m: voice(AAC) + m),
    "bytes after AMR": ("amr", lambda m: voice(AMR) + m),
}


class TestSound:
    @pytest.mark.parametrize("recorder", RECORDERS)
    async def test_it_sounds_the_same(self, recorder: str) -> None:
        clean = await cleaned(voice(RECORDERS[recorder], _tags(MARKER)))
        seconds, tone = heard(clean.content)
        assert clean.media_type == "audio/ogg"
        assert seconds == pytest.approx(SECONDS, abs=0.15)
        assert tone == pytest.approx(TONE, rel=0.02)

    def test_the_same_sound_gives_the_same_bytes(self) -> None:
        plain = voice(TELEGRAM)
        assert clean_voice(plain, "ogg") == clean_voice(plain, "ogg")

    def test_a_call_that_was_cut_off_is_kept_as_far_as_it_goes(self) -> None:
        whole = voice(TELEGRAM)
        seconds, tone = heard(clean_voice(whole[: len(whole) // 2], "ogg").content)
        assert 0 < seconds < SECONDS
        assert tone == pytest.approx(TONE, rel=0.02)


class TestMetadata:
    @pytest.mark.parametrize("place", PLACES)
    def test_nothing_that_was_planted_is_left(self, place: str) -> None:
        kind, plant = PLACES[place]
        planted = plant(MARKER)
        assert MARKER in planted
        clean = clean_voice(planted, kind)
        assert MARKER not in clean.content
        assert heard(clean.content)[1] == pytest.approx(TONE, rel=0.02)

    @settings(max_examples=40)
    @given(
        place=st.sampled_from(sorted(PLACES)), marker=st.text("0123456789abcdefXYZ", min_size=12, max_size=60)
    )
    def test_no_words_survive_wherever_they_stand(self, place: str, marker: str) -> None:
        kind, plant = PLACES[place]
        content = clean_voice(plant(marker.encode()), kind).content
        assert marker.encode() not in content
        assert HEADERS in content


class TestRefused:
    async def test_a_film_is_no_voice_note(self) -> None:
        with pytest.raises(Refused, match="video"):
            await cleaned(voice(MP4, film=True))

    async def test_sound_of_another_codec_is_not_decoded(self) -> None:
        with pytest.raises(Refused, match="other_sound"):
            await cleaned(voice(Recorder("ogg", "ogg", "flac", 48_000)))

    @pytest.mark.parametrize("kind", ["ogg", "mp4", "mp3", "aac"])
    async def test_noise_behind_a_good_start_is_damaged(self, kind: VoiceKind) -> None:
        """AMR is not among them: it has no checksum, so any bytes are some sound."""
        starts = {recorder.kind: voice(recorder)[:24] for recorder in RECORDERS.values()}
        with pytest.raises(Refused, match="damaged"):
            await cleaned(starts[kind] + b"\xff\x00" * 5_000)

    def test_a_note_that_is_longer_than_allowed_is_too_long(self) -> None:
        note = voice(AMR, seconds=3)
        assert clean_voice(note, "amr", longest=3).content
        with pytest.raises(Refused, match="too_long"):
            clean_voice(note, "amr", longest=2)
