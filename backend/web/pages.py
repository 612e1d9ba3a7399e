"""Rendering staff pages: one Jinja environment, escaped by default, undefined names are errors.

``page(request, "desks/queue.html", rows=…)`` is all that a route needs. Every template knows ``visitor`` (who
is signed in, if anybody), ``label``, ``choices``, the date filters and ``_()``.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backend.web import i18n, moments
from backend.web.labels import choices, label, triage_words
from backend.web.navigation import entries
from backend.web.reasons import reason_sentence
from backend.web.regions import desk_name, place_name, province_name
from backend.web.sizes import file_size

TEMPLATES: Final = Path(__file__).parent / "templates"
SEE_OTHER: Final = 303


@cache
def environment() -> Environment:
    """The environment of all staff templates."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,  # no look at the disk for each part of each page: they change with the program
    )
    install: Callable[..., None] = env.install_gettext_callables  # type: ignore[attr-defined]  # the extension adds it
    install(i18n.gettext, i18n.ngettext, newstyle=True)
    env.filters.update(minute=moments.minute, short=moments.short, day=moments.day, span=moments.span)
    env.filters["filesize"] = file_size
    env.globals.update(
        label=label,
        triage_words=triage_words,
        reason_sentence=reason_sentence,
        province_name=province_name,
        desk_name=desk_name,
        place_name=place_name,
        assignee_name=_assignee_name,
        choices=choices,
        until=lambda due: moments.until(due, datetime.now(UTC)),
        is_past=lambda due: due < datetime.now(UTC),
    )
    return env


def _assignee_name(names: Mapping[uuid.UUID, str], member_id: object) -> str:
    """The name behind an id that the history keeps as text; empty for nobody."""
    return names.get(uuid.UUID(str(member_id)), "") if member_id else ""


def render(request: Request, template: str, **context: object) -> str:
    """The text of a page or of a part of one."""
    visitor = getattr(request.state, "visitor", None)
    return (
        environment()
        .get_template(template)
        .render(
            request=request,
            visitor=visitor,
            form_token=visitor.form_token if visitor else "",
            language=i18n.current.get(),
            path=request.url.path,
            done=request.query_params.get("done", ""),
            navigation=entries(visitor, request.url.path),
            **context,
        )
    )


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """A page, never kept by a cache."""
    return HTMLResponse(render(request, template, **context), status_code=status)


def go(path: str) -> RedirectResponse:
    """On to another page after something was done: reloading it does not do it again."""
    return RedirectResponse(path, status_code=SEE_OTHER)


def is_htmx(request: Request) -> bool:
    """True if a part of a page is asked for, not a whole one."""
    return request.headers.get("hx-request") == "true"


def local_path(text: str | None, default: str = "/") -> str:
    """``text`` if it is a path of this site, else ``default``: nobody is sent elsewhere."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or "\\" in text:
        return default
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc and text.isprintable() else default
