"""Errors as an API application answers them: problem+json (RFC 9457)."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from backend.kit.errors import Invalid, Problem

_CODES: dict[int, str] = {404: "not_found", 413: "too_large"}


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
