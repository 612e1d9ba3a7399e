"""Errors that a person or a calling service can act on, shown as problem+json (RFC 9457).

An error names itself by ``code`` (stable, for programs and for the phrase that a page shows) and
carries its HTTP status. It never carries what a person wrote.
"""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

_CODES: dict[int, str] = {404: "not_found", 413: "too_large"}


class Problem(Exception):
    """Base of the named errors: ``status`` (HTTP), ``code`` (stable id), ``title`` (English, for logs)."""

    status: int = HTTPStatus.INTERNAL_SERVER_ERROR
    code: str = "internal"
    title: str = "Something went wrong"
    reason: str | None = None
    """Why, as a code, where one ``code`` has several."""

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


class ProblemBody(BaseModel):
    """An error as callers see it. ``code`` is stable; nothing here repeats what was sent."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = Field(default=None, description="What to do, where there is something.")
    reason: str | None = Field(default=None, description="Why, where a code has several reasons.")
    fields: list[str] | None = Field(default=None, description="Where a request cannot be read.")


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """``responses`` of an endpoint that answers with these errors, for its contract."""
    told: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status = int(kind.status)
        schema = ProblemBody.model_json_schema()
        media = {"schema": schema, "examples": {}}
        entry = told.setdefault(status, {"description": "", "content": {"application/problem+json": media}})
        examples = entry["content"]["application/problem+json"]["examples"]
        body = {"type": f"about:blank#{kind.code}", "title": kind.title, "status": status, "code": kind.code}
        if kind.reason:
            body["reason"] = kind.reason
        examples[kind.code] = {"value": body}
        entry["description"] = "; ".join(each["value"]["title"] for each in examples.values())
    return told


class TooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"
    title = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase


def problem_response(status: int, code: str, title: str, **more: object) -> JSONResponse:
    """A problem+json body; ``more`` holds further members, never a person's text."""
    body = {"type": f"about:blank#{code}", "title": title, "status": int(status), "code": code, **more}
    return JSONResponse(body, status_code=int(status), media_type="application/problem+json")


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of an API application as problem+json, without echoing any input."""

    @app.exception_handler(Problem)
    async def on_problem(_: Request, error: Problem) -> JSONResponse:
        told = {"detail": error.detail, "reason": error.reason}
        more = {name: value for name, value in told.items() if value}
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
