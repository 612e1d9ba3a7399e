"""The message check with the lists of reported addresses. The text is neither stored nor logged."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from backend.checks.blocklist import service as blocklist_service
from backend.checks.message.check import MessageCheck, check
from backend.checks.message.classifier import MAX_CHARACTERS
from backend.text.identifiers.view import view

__all__ = ["MessageCheck", "check_message"]


async def check_message(session: AsyncSession, text: str) -> MessageCheck:
    """Judge a text, with what our lists say of the addresses and numbers in it."""
    listed = await blocklist_service.listed_in(session, view(text, MAX_CHARACTERS))
    return await asyncio.to_thread(check, text, listed)
