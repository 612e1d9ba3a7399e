"""Names of provinces and desks as staff read them."""

from typing import Protocol

from backend.web.i18n import gettext
from backend.web.labels import label


class AnyDesk(Protocol):
    """As much of a desk as its name needs."""

    @property
    def kind(self) -> str: ...
    @property
    def province(self) -> str | None: ...


def province_name(code: str | None) -> str:
    """The name of a province by its code of ``data/regions.yml``; an unknown code is shown as it is."""
    return code or ""


def desk_name(desk: AnyDesk) -> str:
    """ "Công đoàn · toàn quốc", "Công an · Đồng Nai"."""
    return place_name(desk.kind, desk.province)


def place_name(kind: str, province: str | None) -> str:
    """As ``desk_name``, of a desk's two parts."""
    return f"{label('desk_kind', kind)} · {province_name(province) or gettext('toàn quốc')}"
