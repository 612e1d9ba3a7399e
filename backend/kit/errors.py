"""Errors that a person or a calling service can act on; ``problem_answers`` shows them.

An error names itself by ``code`` (stable, for programs and for the phrase that a page shows) and
carries its HTTP status. It never carries what a person wrote.
"""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field


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
