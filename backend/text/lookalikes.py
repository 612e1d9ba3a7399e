"""Characters that look like a plain letter and are used to slip past filters. Data only.

Compatibility forms (fullwidth, mathematical, circled) need no entry: Unicode itself maps them.
"""

from typing import Final


def _pairs(strange: str, plain: str) -> dict[str, str]:
    return dict(zip(strange, plain, strict=True))


_SMALL_CAPITALS = _pairs("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
_LATIN_VARIANTS = _pairs("ÐðƉɖɑɡıɩℓʋɾ", "ĐđĐđagiilvr")
_NEGATIVE_CIRCLED = {chr(0x1F150 + i): chr(ord("A") + i) for i in range(26)}
_NEGATIVE_SQUARED = {chr(0x1F170 + i): chr(ord("A") + i) for i in range(26)}
_SQUARED = {chr(0x1F130 + i): chr(ord("A") + i) for i in range(26)}
_DASHES_AND_QUOTES = _pairs("‐‑‒–—―−“”„‘’‚`´", "-------\"\"\"'''''")

CODE_POINTS: Final[dict[str, str]] = {
    **_SMALL_CAPITALS,
    **_LATIN_VARIANTS,
    **_NEGATIVE_CIRCLED,
    **_NEGATIVE_SQUARED,
    **_SQUARED,
    **_DASHES_AND_QUOTES,
}
"""Replaced wherever they stand."""

_CYRILLIC = _pairs("аеорсухікмтнвѕјһԁԛԝѵзАВЕКМНОРСТУХІЅЈЗ", "aeopcyxikmthbsjhdqwv3ABEKMHOPCTYXISJ3")
_GREEK = _pairs("αονικτρυχγωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aoviktpuxywABEZHIKMNOPTYX")

LETTERS_OF_OTHER_SCRIPTS: Final[dict[str, str]] = {**_CYRILLIC, **_GREEK}
"""Replaced only in a word that becomes wholly Latin, so real Russian or Greek stays."""
