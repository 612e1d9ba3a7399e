"""Errors of the worker-facing process, as problem+json (RFC 9457) with a sentence in the person's language.

An error never holds what a person wrote, and its sentence comes from the phrases.
"""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
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


class TooManyFiles(Problem):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "busy"
    key = "file.busy"


class CookiesTooBig(Problem):
    status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    code = "cookies_too_large"
    key = "fault.cookies_too_big"


class ProblemBody(BaseModel):
    """An error as pages and programs see it."""

    type: str
    title: str
    status: int
    code: str
    detail: str = Field(description="What to do, in the person's language.")


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """``responses`` of an endpoint that answers with these errors, for its contract."""
    return {
        int(kind.status): {
            "description": kind.status.phrase,
            "content": {
                "application/problem+json": {
                    "schema": ProblemBody.model_json_schema(),
                    "examples": {kind.code: {"value": {**_body(kind), "detail": "…"}}},
                }
            },
        }
        for kind in kinds
    }


def _body(problem: Problem | type[Problem]) -> dict[str, str | int]:
    return {
        "type": f"about:blank#{problem.code}",
        "title": problem.status.phrase,
        "status": int(problem.status),
        "code": problem.code,
    }


def problem_response(problem: Problem | type[Problem], phrases: Phrases, language: Language) -> JSONResponse:
    """The body says what to do, in the person's language; ``code`` is for programs."""
    body = {**_body(problem), "detail": phrases.text(language, problem.key, {})}
    return JSONResponse(body, status_code=problem.status, media_type="application/problem+json")


def asked_language(accept_language: str | None) -> Language:
    """Vietnamese, unless the request asks for English first."""
    return Language.EN if (accept_language or "").strip().lower().startswith("en") else Language.VI
