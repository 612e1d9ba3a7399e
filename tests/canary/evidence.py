"""Photos and recordings that people send: made up, with something planted in them and around them.

A file is looked for by what its telephone wrote into it, and by parts of what it was compressed to: as it
came, and as the house makes it anew. Made when it is first needed, the same for the same seed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Final

import av
from av.audio.frame import AudioFrame
from PIL import Image, PngImagePlugin

from backend.text.normalize import strip_marks
from backend.tips.attachments.kinds import recognised
from backend.tips.attachments.photo import clean_photo
from backend.tips.attachments.types import PHOTOS, VOICES, Clean
from backend.tips.attachments.voice import clean_voice
from tests.backend.tips.attachments.photos import exif, photo, xmp
from tests.backend.tips.attachments.voices import RECORDERS
from tests.canary import words
from tests.canary.forms import Planted, PlantedFile
from tests.canary.words import Inventor

MADE_ANEW: Final = "made anew"
"""Ends the kind of what the house itself made of a file."""
_SIDE: Final = 48
"""Pixels. Noise cannot be compressed, so a small picture has bytes enough."""
_STEP: Final = 160
_FORMS: Final = {
    "photo": ("jpeg", "png", "jpeg", "webp"),
    "voice": ("Telegram", "an iPhone", "Telegram", "an MP4 without pictures"),
}
_ENDINGS: Final = {"photo": "jpg", "voice": "m4a"}


@dataclass(frozen=True, repr=False)
class Evidence:
    """One file. Its ``repr`` shows nothing of it."""

    kind: str
    """``photo`` or ``voice``."""
    form: str
    """How a photo is stored, or what wrote a recording."""
    name: str
    """As it is called on the telephone."""
    remark: str
    """What the telephone wrote into it."""
    seed: int

    @classmethod
    def invented(cls, inventor: Inventor, kind: str) -> "Evidence":
        remark = inventor.sentence(words.REMARKS, name=inventor.name())
        return cls(
            kind,
            inventor.random.choice(_FORMS[kind]),
            f"{inventor.name()}.{_ENDINGS[kind]}",
            # A camera writes letters without marks.
            strip_marks(remark) if kind == "photo" else remark,
            inventor.random.randrange(2**32),
        )

    @cached_property
    def content(self) -> bytes:
        """As it is sent."""
        return self._photo() if self.kind == "photo" else self._recording()

    @cached_property
    def clean(self) -> Clean:
        """As the house makes it anew."""
        kind = recognised(self.content)
        for each in PHOTOS:
            if each == kind:
                return clean_photo(self.content, each)
        for one in VOICES:
            if one == kind:
                return clean_voice(self.content, one)
        raise AssertionError(kind)

    def planted(self, owner: str) -> Iterator[Planted | PlantedFile]:
        yield Planted(owner, "file name", self.name)
        yield Planted(owner, "remark", self.remark)
        yield PlantedFile(owner, self.kind, self.content)
        yield PlantedFile(owner, f"{self.kind} {MADE_ANEW}", self.clean.content)
        if self.clean.small:
            yield PlantedFile(owner, f"thumbnail {MADE_ANEW}", self.clean.small)

    def _photo(self) -> bytes:
        image = Image.frombytes("RGB", (_SIDE, _SIDE), random.Random(self.seed).randbytes(3 * _SIDE * _SIDE))
        marker = self.remark.encode("ascii")
        told: dict[str, object] = {"exif": exif(marker)}
        for kind in PHOTOS:
            if kind != self.form:
                continue
            if kind == "jpeg":
                told |= {"xmp": xmp(marker), "comment": marker}
            elif kind == "png":
                # Few colours, packed otherwise than the house packs them: the pixels stay the same.
                image = image.resize((2 * _SIDE, 2 * _SIDE)).point(lambda value: value & 0xC0)
                told |= {"pnginfo": _text(self.remark), "compress_level": 1}
            return photo(kind, image, **told)
        raise AssertionError(self.form)

    def _recording(self) -> bytes:
        recorder, noise, out = RECORDERS[self.form], random.Random(self.seed), BytesIO()
        # Without "bitexact" an Ogg file has a number of its own each time.
        options = {"fflags": "+bitexact"}
        with av.open(out, "w", format=recorder.container, container_options=options) as container:
            container.metadata.update(dict.fromkeys(("title", "artist", "comment"), self.remark))
            sound = container.add_stream(recorder.codec, rate=recorder.rate, layout="mono")
            assert isinstance(sound, av.AudioStream)
            for at in range(0, recorder.rate, _STEP):
                frame = AudioFrame("s16", "mono", _STEP)
                frame.sample_rate, frame.pts = recorder.rate, at
                frame.planes[0].update(noise.randbytes(2 * _STEP).ljust(frame.planes[0].buffer_size, b"\0"))
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
        return out.getvalue()


def _text(remark: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", remark)
    return info
