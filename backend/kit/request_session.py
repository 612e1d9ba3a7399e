"""A request's database session, as a dependency of FastAPI; commands and jobs do without both."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker


async def request_session(request: Request) -> AsyncIterator[AsyncSession]:
    """One transaction a request: committed if the handler returned, rolled back if it raised."""
    maker: async_sessionmaker[AsyncSession] = request.app.state.sessionmaker
    async with maker() as session:
        yield session
        await session.commit()


Session = Annotated[AsyncSession, Depends(request_session, scope="function")]
"""``scope="function"``: the commit happens before the answer leaves, so "sent" means stored."""
