"""Names of provinces and desks as staff read them, from ``data/regions.yml``."""

from functools import cache
from typing import Any, Final, Protocol

import yaml

from backend.kit.settings import settings
from backend.web.i18n import gettext
from backend.web.labels import label

_FILE: Final = "regions.yml"


class AnyDesk(Protocol):
    """As much of a desk as its name needs."""

    @property
    def kind(self) -> str: ...
    @property
    def province(self) -> str | None: ...


@cache
def _names() -> dict[str, str]:
    path = settings().data / _FILE
    if not path.exists():
        return {}
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {str(entry["code"]): str(entry["name"]) for entry in found["provinces"]}


def province_name(code: str | None) -> str:
    """The name of a province by its code; an unknown code is shown as it is."""
    return _names().get(code or "", code or "")


def is_province(code: str) -> bool:
    return code in _names()


def province_choices() -> list[tuple[str, str]]:
    """Codes and names, for a list to choose from."""
    return list(_names().items())


def desk_name(desk: AnyDesk) -> str:
    """ "Công đoàn · toàn quốc", "Công an · Đồng Nai"."""
    return place_name(desk.kind, desk.province)


def place_name(kind: str, province: str | None) -> str:
    """As ``desk_name``, of a desk's two parts."""
    return f"{label('desk_kind', kind)} · {province_name(province) or gettext('toàn quốc')}"
