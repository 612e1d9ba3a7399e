"""Time-based one-time codes (RFC 6238): which step a code belongs to. Pure: the caller brings the time."""

import base64
from datetime import datetime
from io import BytesIO
from typing import Final

import pyotp
import segno

from backend.kit.crypto import same

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""160 bits, as RFC 4226 section 4 recommends."""
ISSUER: Final = "An Tam"


def accepted_step(secret: bytes, code: str, now: datetime, last_step: int) -> int | None:
    """The step that ``code`` proves, or none: one step early or late is accepted, a used step never is."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit() and len(typed) == DIGITS):
        return None
    clock = pyotp.TOTP(secret_text(secret))
    step = int(now.timestamp()) // STEP_SECONDS
    for candidate in (step, step - 1, step + 1):
        if candidate > last_step and same(clock.generate_otp(candidate).encode(), typed.encode()):
            return candidate
    return None


def secret_text(secret: bytes) -> str:
    """The secret as authenticator apps take it by hand (base32)."""
    return base64.b32encode(secret).decode()


def enrolment_address(secret: bytes, login: str) -> str:
    """The ``otpauth://`` address that authenticator apps scan."""
    return pyotp.TOTP(secret_text(secret)).provisioning_uri(name=login, issuer_name=ISSUER)


def enrolment_picture(secret: bytes, login: str) -> bytes:
    """The address as a QR code, an SVG document."""
    out = BytesIO()
    segno.make(enrolment_address(secret, login), error="m").save(out, kind="svg", scale=6, border=2)
    return out.getvalue()
