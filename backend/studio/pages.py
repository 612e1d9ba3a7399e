"""Rendering the studio's pages: the house's pages with the words for fields and origins."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from backend.studio.labels import FIELDS, field_label, origin_label
from backend.web.pages import page


def studio_page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """``studio/<template>`` with what every page of the studio needs."""
    return page(
        request,
        f"studio/{template}",
        status=status,
        field_label=field_label,
        origin_label=origin_label,
        fields=list(FIELDS),
        **context,
    )
