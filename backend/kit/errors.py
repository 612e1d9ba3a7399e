"""Errors that a person or a calling service can act on, shown as problem+json (RFC 9457).

An error names itself by ``code`` (stable, for programs and for the phrase that a page shows) and
carries its HTTP status. It never carries what a person wrote.
"""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

_CODES: dict[int, str] = {404: "not_found", 413: "too_large"}


class Problem(Exception):
    """Base of the named errors: ``status`` (HTTP), ``code`` (stable id), ``title`` (English, for logs)."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    code: str = "internal"
    title: str = "Something went wrong"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail


class NotFound(Problem):
    """Absent, or not for this reader: the two are never told apart."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "Not found"


class Forbidden(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    title = "Not allowed"


class Unauthenticated(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthenticated"
    title = "Sign in first"


class Conflict(Problem):
    status = HTTPStatus.CONFLICT
    code = "conflict"
    title = "Changed in the meantime"


class Invalid(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid"
    title = "The request cannot be read"


def problem_response(status: int, code: str, title: str, **more: object) -> JSONResponse:
    """A problem+json body; ``more`` holds further members, never a person's text."""
    body = {"type": f"about:blank#{code}", "title": title, "status": int(status), "code": code, **more}
    return JSONResponse(body, status_code=int(status), media_type="application/problem+json")


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of an API application as problem+json, without echoing any input."""

    @app.exception_handler(Problem)
    async def on_problem(_: Request, error: Problem) -> JSONResponse:
        more = {"detail": error.detail} if error.detail else {}
        return problem_response(error.status, error.code, error.title, **more)

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "http")
        return problem_response(error.status_code, code, HTTPStatus(error.status_code).phrase)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # pydantic's own messages quote the input; only the places of the faults are safe to tell.
        places = [".".join(str(part) for part in fault["loc"]) for fault in error.errors()]
        return problem_response(422, Invalid.code, Invalid.title, fields=places)
