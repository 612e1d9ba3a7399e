"""The sentences of the knowledge domain (``data/phrases/knowledge.yml``), by key and language."""

from functools import lru_cache

from backend.kit.settings import settings
from backend.text.yaml_files import parsed


@lru_cache
def _phrases() -> dict[str, dict[str, str]]:
    path = settings().data / "phrases" / "knowledge.yml"
    loaded: dict[str, dict[str, str]] = parsed(path.read_text(encoding="utf-8"))
    return loaded


def phrase(key: str, lang: str = "vi", **values: str | int) -> str:
    """The sentence ``key`` in ``lang``, its ``{name}`` places filled. An unknown key is our own fault."""
    return _phrases()[key][lang].format(**values)
