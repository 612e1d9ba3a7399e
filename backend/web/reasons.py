"""Why a tip has its priority: the sentence of each reason code, from ``data/phrases/triage.yml``."""

from functools import cache
from typing import Final

from backend.kit.settings import settings
from backend.text.yaml_files import parsed
from backend.web.i18n import current

_FILE: Final = "phrases/triage.yml"


@cache
def _sentences() -> dict[str, dict[str, str]]:
    path = settings().data / _FILE
    if not path.exists():
        return {}
    found: dict[str, dict[str, str]] = parsed(path.read_text(encoding="utf-8")) or {}
    return found


def reason_sentence(code: str) -> str:
    """The sentence of a reason in the language of the request; an unknown code is shown as it is."""
    return _sentences().get(code, {}).get(current.get(), code)
