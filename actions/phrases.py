"""What the action server says around the topics: ``data/phrases/actions.yml``, in both languages."""

from pathlib import Path

import yaml

from actions.backend import Language


class Phrases:
    """Phrases by key. A missing key is a mistake of ours and is found by the tests."""

    def __init__(self, entries: dict[str, dict[str, str]]) -> None:
        self._entries = entries

    @classmethod
    def load(cls, path: Path) -> "Phrases":
        """Read ``{key: {vi: …, en: …}}``."""
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))

    def say(self, key: str, language: Language, **values: str) -> str:
        """The phrase with its ``{placeholders}`` filled in."""
        return self._entries[key][language].format(**values)

    def button(self, intent: str, language: Language) -> str | None:
        """The title of a button that leads to ``intent``, if there is one."""
        entry = self._entries.get(f"button.{intent}")
        return entry[language] if entry else None
