"""What tests of tips share: the staffed country's names, a receipt, a tip."""

import base64
import secrets

from stdnum import damm

from backend.tips.schemas import Submission
from tests.backend.country import PROVINCE, Country

__all__ = ["PROVINCE", "Country", "a_tip", "new_receipt"]


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
