"""A clean photo shows the same picture, upright, and holds nothing else of the file."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from backend.tips.attachments.cleaning import cleaned
from backend.tips.attachments.photo import clean_photo
from backend.tips.attachments.types import (
    MAX_SIDE,
    MAX_SMALL_BYTES,
    PHOTOS,
    SMALL_SIDE,
    Clean,
    PhotoKind,
    Refused,
)
from tests.backend.tips.attachments.photos import (
    announcing,
    chunks,
    difference,
    exif,
    exif_with_thumbnail,
    heic_with_two_pictures,
    opened,
    photo,
    picture,
    profile,
    segments,
    swapping_profile,
    two_pictures,
    upright,
    with_chunk,
    with_segment,
    xmp,
)

MARKER = b"NguyenVanAn0912345678"

PLACES: dict[str, tuple[PhotoKind, Callable[[bytes], bytes]]] = {
    "a JPEG's EXIF with GPS": ("jpeg", lambda m: photo("jpeg", exif=exif(m))),
    "a JPEG's XMP": ("jpeg", lambda m: photo("jpeg", xmp=xmp(m))),
    "a JPEG's colour profile": ("jpeg", lambda m: photo("jpeg", icc_profile=profile(m))),
    "a JPEG's comment": ("jpeg", lambda m: photo("jpeg", comment=m)),
    "a JPEG's IPTC block": ("jpeg", lambda m: with_segment(photo("jpeg"), 0xED, b"Photoshop 3.0\0" + m)),
    "a JPEG's maker segment": ("jpeg", lambda m: with_segment(photo("jpeg"), 0xEA, m)),
    "a JPEG's thumbnail": ("jpeg", lambda m: photo("jpeg", exif=exif_with_thumbnail(m))),
    "a JPEG's JFIF thumbnail": ("jpeg", lambda m: with_segment(photo("jpeg"), 0xE0, b"JFXX\0\x10" + m)),
    "a zip after a JPEG": ("jpeg", lambda m: photo("jpeg") + b"PK\x03\x04" + m),
    "a film after a JPEG": ("jpeg", lambda m: photo("jpeg") + b"\0\0\0\x18ftypmp42" + m),
    "a second picture of a JPEG": ("jpeg", two_pictures),
    "a PNG's text": ("png", lambda m: with_chunk(photo("png"), b"tEXt", b"Author\0" + m)),
    "a PNG's long text": ("png", lambda m: with_chunk(photo("png"), b"iTXt", b"Title\0\0\0\0\0" + m)),
    "a PNG's EXIF": ("png", lambda m: photo("png", exif=exif(m))),
    "a PNG's colour profile's name": ("png", lambda m: with_chunk(photo("png"), b"iCCP", m[:40] + b"\0\0")),
    "a PNG's private chunk": ("png", lambda m: with_chunk(photo("png"), b"prVt", m)),
    "bytes after a PNG": ("png", lambda m: photo("png") + m),
    "a WebP's EXIF": ("webp", lambda m: photo("webp", exif=exif(m))),
    "a WebP's XMP": ("webp", lambda m: photo("webp", xmp=xmp(m))),
    "a WebP's colour profile": ("webp", lambda m: photo("webp", icc_profile=profile(m))),
    "bytes after a WebP": ("webp", lambda m: photo("webp") + m),
    "a HEIC's EXIF": ("heic", lambda m: photo("heic", exif=exif(m))),
    "a HEIC's XMP": ("heic", lambda m: photo("heic", xmp=xmp(m))),
    "bytes after a HEIC": ("heic", lambda m: photo("heic") + m),
}


def assert_bare(clean: Clean) -> None:
    """Only what an encoder needs to draw the pixels, as our encoder writes it."""
    if clean.media_type == "image/png":
        names = chunks(clean.content)
        assert (names[0], set(names[1:-1]), names[-1]) == (b"IHDR", {b"IDAT"}, b"IEND")
    else:
        assert clean.content[6:20] == b"JFIF\0\1\1\0\0\1\0\1\0\0"
        assert set(segments(clean.content)) == {0xE0, 0xDB, 0xC0, 0xC4}
    if clean.small:
        assert MARKER not in clean.small
        assert_bare(Clean("image/jpeg", clean.small))


class TestOfAnyKind:
    @pytest.mark.parametrize("kind", PHOTOS)
    async def test_the_picture_stays_the_same(self, kind: PhotoKind) -> None:
        clean = await cleaned(photo(kind))
        assert difference(opened(clean.content), picture()) < (0.01 if kind == "png" else 2)
        assert_bare(clean)

    @pytest.mark.parametrize("size", [(96, 64), (4000, 3000), (3000, 4000), (4000, 3)])
    def test_its_thumbnail_shows_the_same_and_is_small(self, size: tuple[int, int]) -> None:
        clean = clean_photo(photo("jpeg", picture(*size)), "jpeg")
        small, whole = opened(clean.small), opened(clean.content)
        assert max(small.size) <= SMALL_SIDE and len(clean.small) <= MAX_SMALL_BYTES
        assert difference(small, whole.resize(small.size, Image.Resampling.LANCZOS)) < 4

    @pytest.mark.parametrize("kind", PHOTOS)
    async def test_camera_author_and_place_are_gone(self, kind: PhotoKind) -> None:
        told = photo(kind, exif=exif(MARKER))
        assert MARKER in told
        clean = await cleaned(told)
        assert MARKER not in clean.content
        assert_bare(clean)

    @pytest.mark.parametrize("place", PLACES)
    def test_nothing_that_was_planted_is_left(self, place: str) -> None:
        kind, plant = PLACES[place]
        planted = plant(MARKER)
        assert MARKER in planted
        clean = clean_photo(planted, kind)
        assert MARKER not in clean.content
        assert_bare(clean)
        assert difference(opened(clean.content), picture()) < 2

    @given(
        place=st.sampled_from(sorted(PLACES)), marker=st.text("0123456789abcdefXYZ", min_size=12, max_size=60)
    )
    def test_no_words_survive_wherever_they_stand(self, place: str, marker: str) -> None:
        kind, plant = PLACES[place]
        planted = plant(marker.encode())
        clean = clean_photo(planted, kind)
        assert marker.encode() not in clean.content
        # The same picture gives the same bytes, so they can say nothing of what stood beside it.
        assert clean == clean_photo(plant(b"somebody else altogether"), kind)

    @pytest.mark.parametrize("orientation", range(1, 9))
    @pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
    def test_it_stands_upright_without_being_told(self, kind: PhotoKind, orientation: int) -> None:
        clean = clean_photo(photo(kind, exif=exif(MARKER, orientation)), kind)
        assert difference(opened(clean.content), upright(picture(), orientation)) < 2

    @pytest.mark.parametrize("kind", PHOTOS)
    def test_a_cut_off_file_is_damaged(self, kind: PhotoKind) -> None:
        whole = photo(kind, picture(400, 300))
        with pytest.raises((OSError, ValueError, SyntaxError)):
            clean_photo(whole[: len(whole) // 2], kind)


class TestPixels:
    async def test_a_large_photo_is_made_smaller(self) -> None:
        clean = await cleaned(photo("jpeg", picture(5000, 2500)))
        assert opened(clean.content).size == (MAX_SIDE, MAX_SIDE // 2)

    def test_colours_are_what_the_profile_means(self) -> None:
        red, green, blue = picture().split()
        clean = clean_photo(photo("png", icc_profile=swapping_profile()), "png")
        assert difference(opened(clean.content), Image.merge("RGB", [blue, green, red])) < 2

    def test_a_profile_that_is_none_is_left_out(self) -> None:
        clean = clean_photo(photo("png", icc_profile=b"not a profile"), "png")
        assert difference(opened(clean.content), picture()) == 0

    def test_what_lies_under_transparent_pixels_is_gone(self) -> None:
        hidden = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
        ImageDraw.Draw(hidden).text((2, 20), "0912345678", fill=(255, 0, 0, 0))
        clean = clean_photo(photo("png", hidden), "png")
        assert opened(clean.content).getcolors() == [(64 * 64, (255, 255, 255))]

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
    def test_every_way_to_store_pixels_shows_the_same(self, mode: str) -> None:
        grey = picture().convert("L")
        stored = (
            grey.point(lambda value: value * 257, "I").convert("I;16")
            if mode == "I;16"
            else grey.convert(mode)
        )
        kind: PhotoKind = "jpeg" if mode == "CMYK" else "png"
        expected = stored if mode in {"1", "P"} else grey
        assert difference(opened(clean_photo(photo(kind, stored), kind).content), expected) < 2


class TestAnimation:
    @pytest.mark.parametrize("kind", ["png", "webp"])
    async def test_only_the_first_frame_is_left(self, kind: PhotoKind) -> None:
        frames = {"save_all": True, "append_images": [Image.new("RGB", (96, 64), "red")], "duration": 100}
        clean = await cleaned(photo(kind, picture(), **frames))
        assert difference(opened(clean.content), picture()) < 2
        assert_bare(clean)

    async def test_only_the_main_picture_of_a_heic_is_left(self) -> None:
        clean = await cleaned(heic_with_two_pictures())
        assert difference(opened(clean.content), picture()) < 2


class TestTooManyPixels:
    @pytest.mark.parametrize("kind", PHOTOS)
    def test_a_hundred_megapixels_are_refused_by_what_the_header_announces(self, kind: PhotoKind) -> None:
        with pytest.raises(Refused, match="too_many_pixels"):
            clean_photo(announcing(kind, 12_000, 9_000), kind)
