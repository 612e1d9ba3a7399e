"""The provinces as the tip conversation needs them, from ``backend.text.places``."""

from collections.abc import Mapping
from pathlib import Path

from backend.text.places import Places


class Provinces:
    """Codes, names, and what a typed name may mean."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._names = {province.code: province.name for province in places.provinces}

    @classmethod
    def load(cls, data: Path) -> "Provinces":
        """Read ``regions.yml`` of the data folder. Raises ``DataFileError``."""
        return cls(Places.load(data / "regions.yml"))

    @property
    def names(self) -> Mapping[str, str]:
        return self._names

    def find(self, text: str) -> tuple[str, ...]:
        return tuple(province.code for province in self._places.find(text))
