"""A staffed country: a national desk of each kind and both desks of one province."""

import base64
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from stdnum import damm

from backend.desks.models import Desk
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips.schemas import Submission
from tests.backend.people import Person, staffed_desk

PROVINCE = "79"


@dataclass(frozen=True)
class Country:
    union: Desk
    union_member: Person
    police: Desk
    police_member: Person
    national_union: Desk
    national_union_member: Person
    national_police: Desk
    national_police_member: Person


@pytest.fixture
def site_keys(backend_settings: Settings) -> SiteKeys:
    return SiteKeys.read(backend_settings.secrets / "backend" / "site_keys.json")


@pytest.fixture
async def country(db_session: AsyncSession, site_keys: SiteKeys) -> AsyncIterator[Country]:
    found: list[Any] = []
    for kind, province in (("union", PROVINCE), ("police", PROVINCE), ("union", None), ("police", None)):
        found += await staffed_desk(db_session, site_keys, kind, province)
    await db_session.commit()
    yield Country(*found)


def new_receipt() -> str:
    digits = "".join(secrets.choice("0123456789") for _ in range(16))
    return digits + str(damm.calc_check_digit(digits))


def a_tip(**changes: object) -> Submission:
    """A tip about a lender at the gate, sent to the union; ``changes`` replace its fields."""
    body = {
        "draft_id": base64.b64encode(secrets.token_bytes(16)).decode(),
        "receipt": new_receipt(),
        "category": "illegal_lending",
        "story": ["Có ông cho vay nóng trước cổng công ty, lãi 5 ngàn một triệu một ngày."],
        "province": PROVINCE,
        "place": "cổng số 2",
        "when": "chiều nào cũng có",
        "who": "ông Tư, số 0900000001",
        "danger": "no",
        "readers": ["union"],
        **changes,
    }
    return Submission.model_validate(body)
