"""Whether the backend can do its work: asked by the supervisor, needs no token, tells nothing else."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

router = APIRouter(include_in_schema=False)


@router.get("/internal/health")
async def health(request: Request) -> PlainTextResponse:
    """200 when the database answers, else 503."""
    maker: async_sessionmaker[AsyncSession] = request.app.state.sessionmaker
    try:
        async with maker() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return PlainTextResponse("database does not answer", status_code=503)
    return PlainTextResponse("ok")
