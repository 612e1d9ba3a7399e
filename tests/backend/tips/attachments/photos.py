"""Photos that the tests make, and what phones and programs hide in them."""

import zlib
from io import BytesIO
from typing import Final

import pillow_heif
from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat

from backend.tips.attachments.types import PhotoKind

WIDTH: Final = 96
HEIGHT: Final = 64
ORIENTATION: Final = 0x0112


def picture(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Smooth colours that differ in every corner, so that a turn or a swap of channels is seen."""
    slope = Image.linear_gradient("L")
    return Image.merge(
        "RGB",
        [
            slope.resize((width, height)),
            slope.rotate(90).resize((width, height)),
            Image.radial_gradient("L").resize((width, height)),
        ],
    )


def photo(kind: PhotoKind, image: Image.Image | None = None, **extras: object) -> bytes:
    """``image`` (or ``picture()``) as a file; ``extras`` are the encoder's."""
    image = image or picture()
    out = BytesIO()
    if kind == "heic":
        pillow_heif.from_pillow(image).save(out, quality=95, **extras)
    elif kind == "webp":
        image.save(out, "WEBP", **{"lossless": True, **extras})
    else:
        image.save(out, kind.upper(), **({"quality": 95, **extras} if kind == "jpeg" else extras))
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content), formats=["JPEG", "PNG"])
    image.load()
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures of one size, 0 to 255."""
    assert one.size == other.size
    apart = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    return sum(apart.mean) / len(apart.mean)


def exif(marker: bytes, orientation: int = 1) -> bytes:
    """Camera, author, remark and place, as a phone writes them."""
    block = Image.Exif()
    block[0x010F], block[0x0110] = marker.decode(), "SM-A155F"
    block[0x013B] = marker.decode()
    block[ORIENTATION] = orientation
    block.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + marker
    place = {1: "N", 2: (10.0, 46.0, 37.0), 3: "E", 4: (106.0, 41.0, 43.0), 29: marker.decode()}
    block.get_ifd(0x8825).update(place)
    return block.tobytes()


def exif_with_thumbnail(marker: bytes) -> bytes:
    """A first directory without entries and a second that points at a JPEG of its own."""
    small = photo("jpeg", picture(16, 16), comment=marker)
    pointers = b"".join(
        tag.to_bytes(2) + b"\0\4\0\0\0\1" + value.to_bytes(4)
        for tag, value in ((0x0201, 44), (0x0202, len(small)))
    )
    return b"Exif\0\0MM\0*\0\0\0\x08" + b"\0\0\0\0\0\x0e" + b"\0\2" + pointers + bytes(4) + small


def xmp(marker: bytes) -> bytes:
    return (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="' + marker + b'"/></rdf:RDF></x:xmpmeta>'
        b'<?xpacket end="w"?>'
    )  # fmt: skip


def profile(marker: bytes) -> bytes:
    """An sRGB profile whose description is ``marker``."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name = "sRGB built-in".encode("utf-16-be")
    assert name in made
    return made.replace(name, (marker * len(name))[: len(name)])


def swapping_profile() -> bytes:
    """A profile that means blue where sRGB means red."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


def announcing(kind: PhotoKind, width: int, height: int) -> bytes:
    """A small file whose header says that it is large."""
    small = bytearray(photo(kind, exif=exif(b"no matter")))
    if kind == "png":
        small[16:24] = width.to_bytes(4) + height.to_bytes(4)
        small[29:33] = zlib.crc32(small[12:29]).to_bytes(4)
    elif kind == "webp":
        small[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif kind == "heic":
        at = small.find(b"ispe")
        while at != -1:
            small[at + 8 : at + 16] = width.to_bytes(4) + height.to_bytes(4)
            at = small.find(b"ispe", at + 1)
    else:
        frame = small.index(b"\xff\xc0")
        small[frame + 5 : frame + 9] = height.to_bytes(2) + width.to_bytes(2)
    return bytes(small)


def two_pictures(marker: bytes) -> bytes:
    """A JPEG with a second one inside, as phones with two lenses write."""
    out = BytesIO()
    second = Image.new("RGB", (16, 16))
    second.info["comment"] = marker
    picture().save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def heic_with_two_pictures() -> bytes:
    """``picture()``, and a red one that is not the main one."""
    out = BytesIO()
    both = pillow_heif.from_pillow(picture())
    both.add_from_pillow(Image.new("RGB", (WIDTH, HEIGHT), "red"))
    both.save(out, quality=95)
    return out.getvalue()


def with_segment(jpeg: bytes, code: int, payload: bytes) -> bytes:
    """``jpeg`` with one more segment after its start."""
    return jpeg[:2] + bytes([0xFF, code]) + (len(payload) + 2).to_bytes(2) + payload + jpeg[2:]


def with_chunk(png: bytes, name: bytes, payload: bytes) -> bytes:
    """``png`` with one more chunk after its header."""
    chunk = len(payload).to_bytes(4) + name + payload + zlib.crc32(name + payload).to_bytes(4)
    return png[:33] + chunk + png[33:]


def segments(jpeg: bytes) -> list[int]:
    """The codes of a JPEG's segments up to its pixels; nothing may follow those."""
    codes, at = [], 2
    while jpeg[at + 1] != 0xDA:
        codes.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    pixels = jpeg[at + 2 + int.from_bytes(jpeg[at + 2 : at + 4]) :]
    assert pixels.replace(b"\xff\x00", b"").index(b"\xff\xd9") == len(pixels.replace(b"\xff\x00", b"")) - 2
    return codes


def chunks(png: bytes) -> list[bytes]:
    """The names of a PNG's chunks; nothing may follow the last."""
    names, at = [], 8
    while at < len(png):
        names.append(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4])
    assert at == len(png)
    return names


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """How a viewer shows ``image`` that was stored with ``orientation``."""
    turned = image.copy()
    turned.getexif()[ORIENTATION] = orientation
    return ImageOps.exif_transpose(turned)
