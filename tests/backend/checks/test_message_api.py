"""The internal API of the message check: verdict, signs, lists consulted, no trace."""

import logging

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.checks.blocklist import service as blocklist_service
from tests.backend.checks.test_blocklist import LISTED

SCAM = "Tai khoan VCB cua ban bi khoa, xac thuc tai vietcombank-xacthuc.top trong 24h"


async def ask(client: httpx.AsyncClient, text: str, lang: str = "vi") -> httpx.Response:
    return await client.post("/internal/checks/message", json={"text": text, "lang": lang})


async def test_a_scam_comes_back_with_its_tactic_signs_and_next_step(
    internal_client: httpx.AsyncClient,
) -> None:
    answer = (await ask(internal_client, SCAM)).json()
    assert (answer["verdict"], answer["tactic"]) == ("scam", "fake_bank")
    assert answer["title"] == "⚠️ Tin này có dấu hiệu lừa đảo."
    assert "OTP" in answer["next_step"]
    shown = {signal["code"]: signal for signal in answer["signals"]}
    assert shown["lookalike"]["words"] == "vietcombank-xacthuc.top"
    assert shown["lookalike"]["label"]


async def test_no_sign_is_never_called_safe(internal_client: httpx.AsyncClient) -> None:
    answer = (await ask(internal_client, "chiều nay tăng ca tới 8h nha")).json()
    assert (answer["verdict"], answer["tactic"]) == ("no_sign", None)
    assert "không có nghĩa là an toàn" in answer["title"]
    english = (await ask(internal_client, "chiều nay tăng ca tới 8h nha", "en")).json()
    assert "does not mean it is safe" in english["title"]


async def test_an_address_in_a_list_is_told_with_source_and_date(
    internal_client: httpx.AsyncClient, db_session: AsyncSession
) -> None:
    await blocklist_service.import_list(
        db_session, ["cong-ty-abc.com"], source="Chống lừa đảo", listed_on=LISTED
    )
    await db_session.commit()
    answer = (await ask(internal_client, "chị coi trang www.cong-ty-abc.com/vay nha")).json()
    assert answer["verdict"] == "scam"
    assert answer["listed"] == [
        {
            "kind": "address",
            "written": "cong-ty-abc.com",
            "source": "Chống lừa đảo",
            "listed_on": LISTED.isoformat(),
        }
    ]


@pytest.mark.parametrize("text", ["", "x" * 20_001, None])
async def test_what_cannot_be_read_is_refused_without_repeating_it(
    internal_client: httpx.AsyncClient, text: str | None
) -> None:
    answer = await internal_client.post("/internal/checks/message", json={"text": text})
    assert answer.status_code == 422
    assert "xxx" not in answer.text


async def test_only_a_service_with_the_scope_may_ask(internal_client: httpx.AsyncClient) -> None:
    internal_client.headers.pop("authorization")
    assert (await ask(internal_client, SCAM)).status_code == 401


async def test_the_text_reaches_no_log(
    internal_client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert (await ask(internal_client, SCAM)).status_code == 200
    assert "vietcombank" not in caplog.text
