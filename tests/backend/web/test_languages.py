"""Vietnamese first, English second: no sentence of the staff pages is missing in either."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from backend.kit.settings import ROOT
from backend.web import i18n, labels
from backend.web.moments import until

BACKEND = ROOT / "backend"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)


def written() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Every sentence marked for translation: in templates and in code."""
    for path in sorted(BACKEND.rglob("*")):
        method = {".py": "python", ".html": "jinja2.ext:babel_extract"}.get(path.suffix)
        if method is None:
            continue
        for _, message, _, _ in extract_from_file(method, path, keywords=KEYWORDS):
            yield path, message if isinstance(message, tuple) else (message,)


def test_every_sentence_has_its_english() -> None:
    missing = {forms[0] for _, forms in written() if forms[0] not in i18n.english()}
    assert missing == set()


def test_a_sentence_with_a_number_has_both_english_forms() -> None:
    for _, forms in written():
        if len(forms) == 2:
            assert len(i18n.english()[forms[0]]) == 2, forms[0]


def test_no_english_is_left_over_from_a_sentence_that_is_gone() -> None:
    used = {forms[0] for _, forms in written()}
    assert {message for message in i18n.english() if message not in used} == set()


def test_no_sentence_is_translated_twice() -> None:
    seen: set[str] = set()
    for path in sorted((i18n.LOCALE_FOLDER / "en").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="en"):
                key = message.id if isinstance(message.id, str) else message.id[0]
                assert key == "" or key not in seen, key
                seen.add(key)


def test_the_english_speaks_english_and_keeps_the_placeholders() -> None:
    names = re.compile(r"%\((\w+)\)[sd]")
    for message, forms in i18n.english().items():
        for form in forms:
            plain = re.sub(r"\([^)]*\)", "", form).replace("An Tâm", "")  # the name of a law may be quoted
            assert not VIETNAMESE.search(plain), form
            assert set(names.findall(form)) == set(names.findall(message)), message


def test_no_template_holds_a_sentence_that_is_not_marked() -> None:
    """Vietnamese letters stand only inside ``_("…")`` and the two language names."""
    for path in sorted((BACKEND / "web" / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r'(?:_|ngettext)\((?:"[^"]*"(?:,\s*)?)+', "", text)
        text = text.replace("Tiếng Việt", "").replace("An Tâm", "")
        text = re.sub(r'"(?:done|[a-z_]+)"', "", text)
        found = VIETNAMESE.search(text)
        assert found is None, f"{path.name}: {text[max(0, found.start() - 40) : found.end() + 40]}"


@pytest.mark.parametrize(
    ("section", "words"),
    [("tip_categories", labels.CATEGORIES), ("priorities", labels.PRIORITIES), ("desks", labels.DESK_KINDS)],
)
def test_every_code_of_the_taxonomy_has_its_word(section: str, words: dict[str, str]) -> None:
    taxonomy = yaml.safe_load((ROOT / "data" / "taxonomy.yml").read_text(encoding="utf-8"))
    assert set(taxonomy[section]) == set(words)


class TestMoments:
    """Clocks in both languages."""

    @pytest.mark.parametrize(
        ("minutes", "vi", "en"),
        [
            (12, "còn 12 phút", "12 minutes left"),
            (1, "còn 1 phút", "1 minute left"),
            (119, "còn 119 phút", "119 minutes left"),
            (120, "còn 2 giờ", "2 hours left"),
            (60 * 72, "còn 3 ngày", "3 days left"),
            (-5, "quá hạn 5 phút", "5 minutes late"),
            (-120, "quá hạn 2 giờ", "2 hours late"),
            (-60 * 24 * 2, "quá hạn 2 ngày", "2 days late"),
        ],
    )
    def test_say_how_long_is_left_or_how_late_it_is(self, minutes: int, vi: str, en: str) -> None:
        now = datetime(2026, 11, 21, tzinfo=UTC)
        due = now + timedelta(minutes=minutes)
        said = {}
        for language in i18n.LANGUAGES:
            mark = i18n.current.set(language)
            said[language] = until(due, now)
            i18n.current.reset(mark)
        assert said == {"vi": vi, "en": en}
