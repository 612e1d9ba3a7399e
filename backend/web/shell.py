"""What all staff pages share, put around their application: files, guards, errors, the language switch."""

from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from backend.kit.settings import Settings
from backend.web import failures, i18n
from backend.web.guards import Guards
from backend.web.pages import go, local_path

STATIC: Final = Path(__file__).parent / "static"
_A_YEAR: Final = 365 * 24 * 3600

router = APIRouter()


@router.post("/language")
async def choose_language(
    request: Request,
    language: Annotated[str, Form(max_length=8)],
    back: Annotated[str, Form(max_length=500)] = "/",
) -> RedirectResponse:
    """Switch the language of the pages; the choice is kept in a cookie that says nothing else."""
    answer = go(local_path(back))
    answer.set_cookie(
        i18n.COOKIE,
        i18n.language_of(language),
        max_age=_A_YEAR,
        httponly=True,
        samesite="strict",
        secure=request.app.state.settings.secure_cookies,
    )
    return answer


def install(app: FastAPI, settings: Settings) -> None:
    """Prepare the staff application; its routes, ``router``'s among them, come from ``backend.app``."""
    # Only files that are the same for all are compressed: a page holds secrets beside what others wrote.
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC)), name="static")
    app.add_middleware(Guards, settings=settings)
    failures.install(app)
