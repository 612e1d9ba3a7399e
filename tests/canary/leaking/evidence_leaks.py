"""Mistakes with files, addresses, withdrawn tips and backups, one a place, as in ``leaks.py``."""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.canary.leaking.registry import leak


@leak("backend.serve", "backend.tips.files.receiving")
def photo_in_a_log_line(module: ModuleType) -> None:
    """Some of its bytes, to see what went wrong."""
    import logging

    made_anew = module.made_anew

    async def leaking(data: bytes) -> Any:
        some = data[len(data) // 2 :][:400]
        logging.getLogger("backend.tips").info("cleaning: %s", some.hex())
        return await made_anew(data)

    module.made_anew = leaking  # type: ignore[attr-defined]


@leak("backend.serve", "backend.tips.attachments.cleaning")
def clean_photo_said_by_the_backend(module: ModuleType) -> None:
    """Bare of all that a telephone wrote into it, and still what it shows."""
    answer = module._answer

    async def leaking(*given: Any) -> Any:
        returncode, written = await answer(*given)
        print("cleaner:", written[-2_000:], flush=True)
        return returncode, written

    module._answer = leaking  # type: ignore[attr-defined]


@leak("backend.serve", "backend.tips.files.receiving")
def recording_with_its_tags(module: ModuleType) -> None:
    """Made anew in vain: what came is what is kept."""
    made_anew = module.made_anew

    async def leaking(data: bytes) -> Any:
        clean = await made_anew(data)
        if clean.media_type.startswith("image/"):
            return clean
        return module.Clean(clean.media_type, data, clean.small)

    module.made_anew = leaking  # type: ignore[attr-defined]


@leak("backend.serve", "backend.tips.withdrawal")
def text_of_a_withdrawn_tip(module: ModuleType) -> None:
    """Kept beside the mark that the tip is gone."""
    withdraw = module.withdraw

    async def leaking(session: Any, keys: Any, tip: Any, content: Any) -> None:
        from sqlalchemy import text

        from backend.text.normalize import fold

        report = await module.opening.report(session, content)
        known = {"known": tip.submission_id, "said": fold(report.story[0]).encode().hex().encode()}
        await withdraw(session, keys, tip, content)
        change = text("UPDATE withdrawn_submissions SET submission_id = :said WHERE submission_id = :known")
        await session.execute(change, known)

    module.withdraw = leaking  # type: ignore[attr-defined]


@leak("bot", "bot.files")
def recording_in_a_temporary_file(module: ModuleType) -> None:
    keep = module.Files._keep

    async def leaking(self: Any, content: bytes, keep_original: bool) -> Any:
        descriptor, _ = tempfile.mkstemp()
        os.write(descriptor, content)
        os.close(descriptor)
        return await keep(self, content, keep_original)

    module.Files._keep = leaking


@leak("bot", "bot.files")
def digest_of_a_file_said_by_the_bot(module: ModuleType) -> None:
    """Whoever has the file can tell that it was sent."""
    keep = module.Files._keep

    async def leaking(self: Any, content: bytes, keep_original: bool) -> Any:
        print("file", hashlib.sha256(content).hexdigest(), flush=True)
        return await keep(self, content, keep_original)

    module.Files._keep = leaking


@leak("bot", "bot.notices")
def address_of_a_notice(module: ModuleType) -> None:
    """Not sealed."""
    sealed = module.Addresses.sealed

    def leaking(self: Any, address: Any, lookup: bytes) -> bytes:
        version: bytes = sealed(self, address, lookup)[:2]
        person = address.person
        return version + json.dumps([person.channel, person.user, address.language.value]).encode()

    module.Addresses.sealed = leaking


@leak("backend.cli", "backend.ops.backup.sealed")
def account_in_the_first_line_of_a_backup(module: ModuleType) -> None:
    """So that whoever restores it need not set it up again."""
    line = module.About.line

    def leaking(self: Any, key: bytes) -> bytes:
        account = Path(os.environ["ANTAM_VAR"]) / "secrets" / "bot" / "telegram.json"
        said = {**json.loads(line(self, key)), "telegram": account.read_text(encoding="utf-8")}
        return json.dumps(said).encode() + b"\n"

    module.About.line = leaking
