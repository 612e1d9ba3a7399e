"""Draws a loan as a picture: what is received, what is repaid, and what 20 % a year would cost.

A PNG for a phone of 320 points, drawn here with our own letters. It holds amounts and nothing of who asked.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

WIDTH: Final = 640
"""Pixels: two for each point of the smallest phone, so letters of 32 pixels are 16 points."""
_MARGIN: Final = 32
_BAR: Final = 56
_GAP: Final = 34
_HEAD: Final = 150
_FONTS: Final = Path(__file__).parent / "fonts"
_PAPER, _INK, _SOFT = "#ffffff", "#1b2430", "#5b6673"
_GREY, _RED, _GREEN = "#8a96a3", "#c92a2a", "#2b8a3e"


@dataclass(frozen=True)
class Bar:
    """``label`` and ``amount`` are written, ``vnd`` is drawn; the part above ``base`` đồng is interest."""

    label: str
    amount: str
    vnd: int
    base: int
    colour: str


def bars(
    labels: dict[str, str], amounts: dict[str, str], received: int, repaid: int, lawful: int
) -> list[Bar]:
    """The three bars, in đồng: money received, all that is repaid, what would be repaid at 20 % a year."""
    return [
        Bar(labels["received"], amounts["received"], received, received, _GREY),
        Bar(labels["repaid"], amounts["repaid"], repaid, received, _RED),
        Bar(labels["lawful"], amounts["lawful"], lawful, received, _GREEN),
    ]


def draw(title: str, subtitle: str, shown: list[Bar]) -> bytes:
    """The picture as PNG bytes."""
    height = _HEAD + len(shown) * (_BAR + 48 + _GAP)
    image = Image.new("RGB", (WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((_MARGIN, 24), title, fill=_INK, font=_font("Bold", _fitting(title, 60)))
    pen.text((_MARGIN, 96), subtitle, fill=_SOFT, font=_font("Regular", _fitting(subtitle, 32, bold=False)))
    largest = max(max(bar.vnd, 1) for bar in shown)
    for number, bar in enumerate(shown):
        _draw_bar(pen, bar, _HEAD + number * (_BAR + 48 + _GAP), largest)
    out = BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_bar(pen: ImageDraw.ImageDraw, bar: Bar, top: int, largest: int) -> None:
    right = WIDTH - _MARGIN
    label, amount = _font("Regular", 32), _font("Bold", 32)
    pen.text((_MARGIN, top), bar.label, fill=_INK, font=label)
    if pen.textlength(bar.label, label) + pen.textlength(bar.amount, amount) + 16 > right - _MARGIN:
        amount = _font("Bold", 24)
    pen.text((right, top), bar.amount, fill=_INK, font=amount, anchor="ra")
    room = right - _MARGIN
    base = _MARGIN + max(4, room * min(bar.base, bar.vnd) // largest)
    end = _MARGIN + max(4, room * bar.vnd // largest)
    pen.rectangle((_MARGIN, top + 46, base, top + 46 + _BAR), fill=_GREY)
    if bar.vnd > bar.base:
        pen.rectangle((base, top + 46, max(end, base + 4), top + 46 + _BAR), fill=bar.colour)


def _fitting(text: str, size: int, bold: bool = True) -> int:
    """The largest size up to ``size`` at which the line fits the picture."""
    while size > 20 and _font("Bold" if bold else "Regular", size).getlength(text) > WIDTH - 2 * _MARGIN:
        size -= 2
    return size


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / f"Roboto-{weight}.ttf"), size)
