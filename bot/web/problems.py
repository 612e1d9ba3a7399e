"""Errors of the worker-facing process, as problem+json (RFC 9457) with a sentence in the person's language.

An error never holds what a person wrote, and its sentence comes from the phrases.
"""

from http import HTTPStatus

from starlette.responses import JSONResponse

from bot.envelope import Language
from bot.phrases import Phrases


class Problem(Exception):
    """An error to show: HTTP ``status``, stable ``code``, phrase key ``key`` of its sentence."""

    status: HTTPStatus = HTTPStatus.INTERNAL_SERVER_ERROR
    code: str = "internal"
    key: str = "fault.internal"


class Unreadable(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"
    key = "fault.unreadable"


class NoSuchPage(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    key = "fault.not_found"


class TooBig(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"
    key = "fault.too_big"


class CookiesTooBig(Problem):
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    code = "cookies_too_large"
    key = "fault.cookies_too_big"


def problem_response(problem: Problem | type[Problem], phrases: Phrases, language: Language) -> JSONResponse:
    """The body says what to do, in the person's language; ``code`` is for programs."""
    body = {
        "type": f"about:blank#{problem.code}",
        "title": problem.status.phrase,
        "status": int(problem.status),
        "code": problem.code,
        "detail": phrases.text(language, problem.key, {}),
    }
    return JSONResponse(body, status_code=problem.status, media_type="application/problem+json")


def asked_language(accept_language: str | None) -> Language:
    """Vietnamese, unless the request asks for English first."""
    return Language.EN if (accept_language or "").strip().lower().startswith("en") else Language.VI
