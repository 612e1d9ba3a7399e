"""Photos and voice notes that are recognised again after they were made anew.

Each carries a pattern of its own: a photo in its light and dark squares, a voice note in its tones and
silences. ``pattern`` reads it from the file as it was sent and from what was kept of it alike.
"""

import random
from array import array
from io import BytesIO
from math import pi, sin
from typing import Final, Literal

import av
from av.audio.frame import AudioFrame
from PIL import Image

Kind = Literal["photo", "voice"]
UNREADABLE: Final = "unreadable"
"""Stands for the pattern of what is no whole photo and no whole voice note."""
_SQUARES: Final = 8
"""In a row, and rows."""
_SIDE: Final = 8
"""Pixels of a square."""
_SLOTS: Final = 20
_RATE: Final = 48_000
_SLOT: Final = 60 * _RATE // 1000
"""Samples of a tone or a silence."""
_TONE: Final = 700
"""Hertz."""
_LOUD: Final = 9_000
_HEARD: Final = 2_000
"""The mean loudness above which a slot holds a tone."""


def made(kind: Kind, seed: str) -> bytes:
    """A photo (JPEG) or a voice note (Ogg) with the pattern of ``seed``."""
    chance = random.Random(seed)
    if kind == "photo":
        return _photo([chance.random() < 0.5 for _ in range(_SQUARES**2)], seed)
    # The last is a tone, so that a note that was cut off is told from one that ends in silence.
    return _voice([*(chance.random() < 0.5 for _ in range(_SLOTS - 1)), True])


def pattern(kind: Kind, content: bytes) -> str:
    """The kind and the pattern of a file, or ``UNREADABLE``."""
    try:
        bits = _seen(content) if kind == "photo" else _heard(content)
    except (OSError, av.FFmpegError):
        return UNREADABLE
    return f"{kind} {int(''.join('01'[bit] for bit in bits), 2):x}"


def _photo(bits: list[bool], comment: str) -> bytes:
    small = Image.new("L", (_SQUARES, _SQUARES))
    small.putdata([255 * bit for bit in bits])
    out = BytesIO()
    side = _SQUARES * _SIDE
    whole = small.resize((side, side), Image.Resampling.NEAREST).convert("RGB")
    whole.save(out, "JPEG", quality=80, comment=comment.encode())
    return out.getvalue()


def _seen(content: bytes) -> list[bool]:
    with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as image:
        small = image.convert("L").resize((_SQUARES, _SQUARES), Image.Resampling.BOX)
    return [light > 127 for light in small.tobytes()]


def _voice(bits: list[bool]) -> bytes:
    wave = [int(_LOUD * sin(2 * pi * _TONE * at / _RATE)) for at in range(_SLOT)]
    out = BytesIO()
    with av.open(out, "w", format="ogg") as container:
        sound = container.add_stream("libopus", rate=_RATE, layout="mono")
        for number, bit in enumerate(bits):
            frame = AudioFrame("s16", "mono", _SLOT)
            frame.sample_rate, frame.pts = _RATE, number * _SLOT
            samples = array("h", wave if bit else bytes(2 * _SLOT)).tobytes()
            frame.planes[0].update(samples.ljust(frame.planes[0].buffer_size, b"\0"))
            container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    return out.getvalue()


def _heard(content: bytes) -> list[bool]:
    samples = array("h")
    plain = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    with av.open(BytesIO(content), "r", format="ogg") as container:
        for frame in container.decode(audio=0):
            for part in plain.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: 2 * part.samples])
    # Only the middle of each: encoding moves a sound by some milliseconds.
    middles = (samples[at + _SLOT // 3 : at + 2 * _SLOT // 3] for at in range(0, _SLOTS * _SLOT, _SLOT))
    return [sum(map(abs, middle)) > _HEARD * len(middle) for middle in middles]
