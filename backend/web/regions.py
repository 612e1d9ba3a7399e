"""Names of provinces and desks as staff read them, from ``data/regions.yml``."""

from functools import cache
from typing import Protocol

from backend.kit.settings import settings
from backend.text.places import Places
from backend.web.i18n import gettext
from backend.web.labels import label


class AnyDesk(Protocol):
    """As much of a desk as its name needs."""

    @property
    def kind(self) -> str: ...
    @property
    def province(self) -> str | None: ...


@cache
def _places() -> Places:
    return Places.load(settings().data / "regions.yml")


def province_name(code: str | None) -> str:
    """The name of a province by its code; an unknown code is shown as it is."""
    province = _places().by_code(code) if code else None
    return province.name if province else code or ""


def is_province(code: str) -> bool:
    return _places().by_code(code) is not None


def province_choices() -> list[tuple[str, str]]:
    """Codes and names, for a list to choose from."""
    return [(province.code, province.name) for province in _places().provinces]


def desk_name(desk: AnyDesk) -> str:
    """ "Công đoàn · toàn quốc", "Công an · Đồng Nai"."""
    return place_name(desk.kind, desk.province)


def place_name(kind: str, province: str | None) -> str:
    """As ``desk_name``, of a desk's two parts."""
    return f"{label('desk_kind', kind)} · {province_name(province) or gettext('toàn quốc')}"
