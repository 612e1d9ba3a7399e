"""A photo made anew from its pixels alone. Runs in the cleaner's process only.

What a picture carries beside its pixels (EXIF, GPS, XMP, profile, comment, thumbnail, further frames, what
follows its end) goes nowhere: the pixels are copied onto an empty picture, and that is encoded. The encoder's
tables are always ours, because a camera's own tables tell its model.
"""

from io import BytesIO
from typing import Final

import pi_heif
from PIL import (
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from backend.tips.attachments.types import (
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    SMALL_SIDE,
    Clean,
    PhotoKind,
    Refused,
)

# Imported by Pillow when it first needs them; in the cleaner no file can be opened by then.
_DECODERS: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)
_FORMATS: Final[dict[PhotoKind, str]] = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_QUALITIES: Final = (90, 75, 50)
"""The best at which a JPEG fits; no photograph needs the last."""
_SMALL_QUALITY: Final = 70
_SRGB: Final = ImageCms.createProfile("sRGB")

Image.preinit()
Image.MAX_IMAGE_PIXELS = None  # ours is asked before anything is decoded
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def clean_photo(data: bytes, kind: PhotoKind) -> Clean:
    """The upright picture that ``data`` shows, at most ``MAX_SIDE`` pixels long, and nothing else of it.

    Raises:
        Refused: ``too_many_pixels``, before any is decoded.
        Exception: whatever the decoder raises for damaged data.
    """
    if kind == "webp":
        _bounded(webp_size(data))
    with Image.open(BytesIO(data), formats=[_FORMATS[kind]]) as image:
        _bounded(image.size)
        image.load()
        bare = _pixels(image)
    small = _small(bare)
    if kind == "png":
        content = _encoded(bare, "PNG")
        if len(content) <= MAX_BYTES:
            return Clean("image/png", content, small)
    for quality in _QUALITIES:
        content = _encoded(bare, "JPEG", quality=quality)
        if len(content) <= MAX_BYTES:
            return Clean("image/jpeg", content, small)
    raise Refused("too_heavy")


def _small(bare: Image.Image) -> bytes:
    """The thumbnail of a picture that was made anew."""
    picture = bare.reduce(max(1, max(bare.size) // (2 * SMALL_SIDE)))
    picture.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return _encoded(picture, "JPEG", quality=_SMALL_QUALITY)


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels that a WebP announces (RFC 9649): its decoder takes memory on opening.

    Raises:
        Refused: ``damaged``, if it announces none.
    """
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            sides = int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")
            return sides[0] & 0x3FFF, sides[1] & 0x3FFF
        case _:
            raise Refused("damaged")


def _bounded(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise Refused("too_many_pixels")


def _pixels(image: Image.Image) -> Image.Image:
    """A new picture with the pixels of ``image``: upright, made smaller, in sRGB, without transparency."""
    ImageOps.exif_transpose(image, in_place=True)
    profile = image.info.get("icc_profile")
    if image.mode == "I;16":
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in {"1", "P", "PA"}:
        image = image.convert("RGBA")
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    shown = _in_srgb(image, profile)
    bare = Image.new("RGB", image.size, "white")
    # What lies under a transparent place is not shown, so it may hold anything.
    bare.paste(shown, mask=image.convert("RGBA").getchannel("A") if image.has_transparency_data else None)
    return bare


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as the file's profile means them; as plain RGB, if there is none that fits."""
    if profile and image.mode in {"RGB", "RGBA", "L", "CMYK"}:
        pixels = image.convert("RGB") if image.mode == "RGBA" else image
        try:
            converted = ImageCms.profileToProfile(
                pixels, ImageCms.getOpenProfile(BytesIO(profile)), _SRGB, outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            return image.convert("RGB")
        assert converted is not None  # it is None only when asked to work in place
        return converted
    return image.convert("RGB")


def _encoded(bare: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    bare.save(out, form, **options)
    return out.getvalue()
