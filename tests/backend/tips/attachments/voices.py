"""Voice notes that the tests make, and what recorders and programs hide in them."""

from array import array
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from math import pi, sin
from typing import Final

import av
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.stream import Disposition

from backend.tips.attachments.types import MAX_SECONDS, VoiceKind

SECONDS: Final = 2
TONE: Final = 440
"""Hertz."""


@dataclass(frozen=True)
class Recorder:
    """What writes a voice note: container, codec, samples a second."""

    kind: VoiceKind
    container: str
    codec: str
    rate: int


RECORDERS: Final = {
    "Telegram": Recorder("ogg", "ogg", "libopus", 48_000),
    "an iPhone": Recorder("mp4", "ipod", "aac", 44_100),
    "an MP4 without pictures": Recorder("mp4", "mp4", "aac", 48_000),
    "bare AAC": Recorder("aac", "adts", "aac", 44_100),
    "a recorder's MP3": Recorder("mp3", "mp3", "libmp3lame", 44_100),
    "an old phone": Recorder("amr", "amr", "libopencore_amrnb", 8_000),
    "an old phone's 3GP": Recorder("mp4", "3gp", "libopencore_amrnb", 8_000),
}


def voice(
    recorder: Recorder,
    tags: dict[str, str] | None = None,
    *,
    cover: bytes | None = None,
    film: bool = False,
    seconds: int = SECONDS,
) -> bytes:
    """A tone as ``recorder`` writes it, beside ``tags``, a ``cover`` (a JPEG) or a ``film``."""
    out = BytesIO()
    with av.open(out, "w", format=recorder.container) as container:
        container.metadata.update(tags or {})
        sound = container.add_stream(recorder.codec, rate=recorder.rate, layout="mono")
        assert isinstance(sound, av.AudioStream)
        shown = container.add_stream("mjpeg", rate=1) if cover or film else None
        if shown is not None:
            assert isinstance(shown, av.VideoStream)
            shown.width, shown.height, shown.pix_fmt = 16, 16, "yuvj420p"
            shown.disposition = Disposition.attached_pic if cover else Disposition.default
        for frame in _tone(recorder.rate, seconds):
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
        if shown is not None:
            _show(container, shown, cover)
    return out.getvalue()


def _show(container: OutputContainer, shown: av.VideoStream, cover: bytes | None) -> None:
    if cover is None:
        container.mux(shown.encode(av.VideoFrame(16, 16, "yuvj420p")))
        container.mux(shown.encode(None))
        return
    packet = av.Packet(cover)
    packet.stream, packet.pts, packet.dts = shown, 0, 0
    container.mux(packet)


def _tone(rate: int, seconds: int) -> list[AudioFrame]:
    samples, frames, step = _wave(rate, seconds), [], 160
    for at in range(0, len(samples) - step, step):
        frame = AudioFrame("s16", "mono", step)
        frame.sample_rate, frame.pts = rate, at
        frame.planes[0].update(
            samples[at : at + step].tobytes() + bytes(frame.planes[0].buffer_size - 2 * step)
        )
        frames.append(frame)
    return frames


@cache
def _wave(rate: int, seconds: int) -> "array[int]":
    return array("h", [int(9_000 * sin(2 * pi * TONE * at / rate)) for at in range(rate * seconds)])


def heard(content: bytes) -> tuple[float, float]:
    """How long a clean note is, in seconds, and its tone in Hertz (by its crossings of zero)."""
    samples = array("h")
    with av.open(BytesIO(content), "r", format="ogg") as container:
        for frame in container.decode(audio=0):
            plain = frame if frame.format.name == "s16" else _plain(frame)
            samples.frombytes(bytes(plain.planes[0])[: 2 * plain.samples])
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    crossings = sum((one < 0) != (other < 0) for one, other in pairwise(middle))
    return len(samples) / 48_000, crossings / 2 / (len(middle) / 48_000)


def _plain(frame: AudioFrame) -> AudioFrame:
    return av.AudioResampler(format="s16", layout="mono", rate=48_000).resample(frame)[0]


def hours() -> bytes:
    """Silence that takes 13 bytes for a fiftieth of a second; longer than any note may be."""
    return b"#!AMR\n" + (b"\x04" + bytes(12)) * 50 * (MAX_SECONDS + 60)


def id3(marker: bytes) -> bytes:
    """A tag in front of an MP3, with the author and a picture (ID3v2.3)."""
    author = b"TPE1" + (len(marker) + 1).to_bytes(4) + b"\0\0\0" + marker
    cover = b"image/jpeg\0\x03\0\xff\xd8\xff" + marker
    block = author + b"APIC" + (len(cover) + 1).to_bytes(4) + b"\0\0\0" + cover
    size = bytes(len(block) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + block


def opus_with_padding(marker: bytes) -> bytes:
    """A note whose every packet carries ``marker`` where Opus allows padding (RFC 6716, section 3.2.5)."""
    out = BytesIO()
    with (
        av.open(BytesIO(voice(RECORDERS["Telegram"])), "r", format="ogg") as source,
        av.open(out, "w", format="ogg") as target,
    ):
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                plain = bytes(packet)
                assert plain[0] & 3 == 0  # one frame
                padded = av.Packet(bytes([plain[0] | 3, 0x41, len(marker)]) + plain[1:] + marker)
                padded.stream, padded.pts, padded.dts, padded.time_base = (
                    stream,
                    packet.pts,
                    packet.dts,
                    packet.time_base,
                )
                padded.duration = packet.duration
                target.mux(padded)
    return out.getvalue()
