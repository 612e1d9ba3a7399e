"""Sizes of files as staff read them. Pure."""

from backend.web.i18n import current

_KILO = 1024


def file_size(size: int) -> str:
    """ "2,3 MB", "86 KB": in bytes of 1024, with the decimal sign of the language of the request."""
    if size < _KILO * _KILO:
        return f"{max(1, round(size / _KILO))} KB"
    text = f"{size / _KILO / _KILO:.1f} MB"
    return text if current.get() == "en" else text.replace(".", ",")
