"""The word lists that identifiers stand beside (``data/identifiers.yml``), for regular expressions."""

import re
from functools import lru_cache

from backend.text.datafiles import DataFileError, data_folder, read_mapping


@lru_cache(maxsize=8)
def any_of(key: str) -> str:
    """A group that matches one entry of the list, the longest first, spaces as written or left out."""
    return "(?:" + "|".join(re.escape(entry).replace(r"\ ", r"\s?") for entry in listed(key)) + ")"


@lru_cache(maxsize=8)
def listed(key: str) -> tuple[str, ...]:
    """The entries of the list, the longest first. Raises ``DataFileError``."""
    entries = read_mapping(data_folder() / "identifiers.yml").get(key)
    if not isinstance(entries, list) or not entries:
        raise DataFileError(f"identifiers.yml lacks {key}")
    return tuple(sorted((str(entry) for entry in entries), key=len, reverse=True))
