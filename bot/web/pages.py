"""Renders the worker's pages. Every sentence comes from the phrases; templates hold structure only."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.envelope import Language
from bot.phrases import Phrases
from bot.settings import Settings

HERE: Final = Path(__file__).resolve().parent
STATIC: Final = HERE / "static"


class Pages:
    """The templates, with what all of them need."""

    def __init__(self, phrases: Phrases, settings: Settings) -> None:
        self._phrases = phrases
        self._settings = settings
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def show(self, template: str, language: Language, status: int = 200, **values: object) -> HTMLResponse:
        """The page ``template`` in ``language``."""
        html = self._templates.get_template(template).render(
            say=self._phrases.spoken(language),
            lang=language.value,
            other=(Language.EN if language is Language.VI else Language.VI).value,
            exit_url=self._settings.exit_url,
            version=self._version,
            **values,
        )
        return HTMLResponse(html, status_code=status)

    @cached_property
    def _version(self) -> str:
        """Changes with any static file, so that a browser may keep them."""
        digest = hashlib.sha256()
        for path in sorted(STATIC.iterdir()):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:10]
