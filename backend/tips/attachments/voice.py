"""A voice note made anew from its samples alone. Runs in the cleaner's process only.

Tags, pictures, chapters and times of the container are not copied, and neither are the compressed packets,
whose padding can hold anything: the sound is decoded and encoded again, one channel of Opus in Ogg, which
every browser of a desk plays (AMR none does).
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import av
import av.subtitles.stream  # imported when first needed; in the cleaner no file can be opened by then
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from backend.tips.attachments.types import MAX_SECONDS, Clean, Refused, VoiceKind

_DEMUXERS: Final[dict[VoiceKind, str]] = {
    "ogg": "ogg",
    "mp4": "mov",
    "mp3": "mp3",
    "aac": "aac",
    "amr": "amr",
}
_DECODERS: Final = frozenset({"opus", "aac", "mp3float", "amrnb", "amrwb"})
_RATE: Final = 48_000
_BITS_PER_SECOND: Final = 32_000
"""Speech sounds the same; the longest note stays under ``MAX_BYTES``."""


def clean_voice(data: bytes, kind: VoiceKind, longest: int = MAX_SECONDS) -> Clean:
    """The sound of ``data``, at most ``longest`` seconds, and nothing else of it.

    Raises:
        Refused: ``video``, ``other_sound``, ``too_long`` or ``damaged``.
        Exception: whatever the decoder raises for damaged data.
    """
    # Without the list, a stream of any codec would be tried while the container is opened.
    options = {"codec_whitelist": ",".join(sorted(_DECODERS)), "protocol_whitelist": "none"}
    with av.open(BytesIO(data), "r", format=_DEMUXERS[kind], options=options) as container:
        return Clean("audio/ogg", _encoded(_samples(container, _sound(container), longest)))


def _sound(container: InputContainer) -> AudioStream:
    """The first sound of a file that shows nothing but a cover."""
    if any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video):
        raise Refused("video")
    if not container.streams.audio:
        raise Refused("damaged")
    sound = container.streams.audio[0]
    if sound.codec_context.name not in _DECODERS:
        raise Refused("other_sound")
    sound.codec_context.thread_count = 1
    return sound


def _samples(container: InputContainer, sound: AudioStream, longest: int) -> Iterator[AudioFrame]:
    """Its sound as one channel at ``_RATE``. A packet that cannot be decoded is left out: a call that was cut
    off ends in one. Where most cannot, it is no sound."""
    resampler = AudioResampler(format="flt", layout="mono", rate=_RATE)
    good = bad = samples = 0
    for packet in container.demux(sound):
        try:
            frames = packet.decode()
        except (av.error.InvalidDataError, av.error.PatchWelcomeError):
            bad += 1
            continue
        good += 1
        for frame in frames:
            for part in resampler.resample(frame):
                samples += part.samples
                if samples > longest * _RATE:
                    raise Refused("too_long")
                yield part
    yield from resampler.resample(None)
    if not samples or bad > good:
        raise Refused("damaged")


def _encoded(samples: Iterator[AudioFrame]) -> bytes:
    out = BytesIO()
    # "bitexact" leaves out the encoder's name and random numbers: the same sound gives the same bytes.
    with av.open(out, "w", format="ogg", container_options={"fflags": "+bitexact"}) as container:
        voice = container.add_stream("libopus", rate=_RATE, layout="mono", options={"flags": "+bitexact"})
        voice.bit_rate = _BITS_PER_SECOND
        for part in samples:
            part.pts = None
            container.mux(voice.encode(part))
        container.mux(voice.encode(None))
    return out.getvalue()
