"""Rasa's data is made of what trainers own; a topic needs no code."""

import shutil
from pathlib import Path

import pytest
import yaml

from nlu.build import build
from nlu.corpus import read as read_corpus
from nlu.corpus import telling_lines, unambiguous
from tests.nlu.conftest import ROOT

DATA = ROOT / "data"


@pytest.fixture
def own_data(tmp_path: Path) -> Path:
    """A copy of the data that a test may change."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def read(path: Path) -> dict[str, list[dict[str, object]]]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_every_label_of_the_taxonomy_can_be_meant() -> None:
    taxonomy = yaml.safe_load((DATA / "taxonomy.yml").read_text(encoding="utf-8"))
    phrases = read_corpus().phrases
    assert {f"faq_{topic}" for topic in taxonomy["topics"]} <= set(phrases)
    assert set(taxonomy["intents"]) <= set(phrases)
    assert [label for label, own in phrases.items() if not own] == []


def test_a_new_topic_needs_only_its_file(own_data: Path, tmp_path: Path) -> None:
    page = (
        "---\ntitle: Mua vé số giả\naliases: [vé số trúng giả]\n---\n"
        "# Trả lời\nĐừng mua vé dạo.\n# Luật nói gì\n- Điều 1 phạt tiền.\n"
    )
    (own_data / "knowledge" / "lottery.md").write_text(page, encoding="utf-8")
    made = build(tmp_path / "build", own_data)
    assert made.phrases["faq_lottery"] == ["Mua vé số giả", "vé số trúng giả"]
    assert made.pages["faq_lottery"] == ["Đừng mua vé dạo."]
    rules = read(tmp_path / "build" / "data" / "topic_rules.yml")["rules"]
    steps = [{"intent": "faq_lottery"}, {"action": "action_answer_topic"}]
    assert {"rule": "faq_lottery is answered", "steps": steps} in rules


def test_the_telling_parts_of_a_page_are_evidence_without_bullets_and_numbers() -> None:
    signs = "# Dấu hiệu nhận biết\n- Đòi giữ thẻ lương của bạn.\n"
    page = f"---\ntitle: x\n---\n{signs}# Luật nói gì\n- Nghị định phạt tiền.\n"
    assert telling_lines(page) == ["Đòi giữ thẻ lương của bạn."]
    assert telling_lines("---\n---\n# Trả lời\nBị dọa thì gọi ngay {hotline:113}.\n") == [
        "Bị dọa thì gọi ngay ."
    ]


def test_a_topic_without_phrases_is_known_by_its_line_in_the_taxonomy(own_data: Path) -> None:
    (own_data / "examples" / "bat_ho.txt").unlink()
    (own_data / "knowledge" / "bat_ho.md").unlink()
    assert "vay góp ngày" in read_corpus(own_data).phrases["faq_bat_ho"]


def test_comments_markup_and_slashes_never_reach_rasa(own_data: Path) -> None:
    lines = "# chú thích\n/greet\n[vay](loai) nóng {x}\n\nvay kiểu mới lạ\nVAY KIỂU MỚI LẠ\n"
    (own_data / "examples" / "bat_ho.txt").write_text(lines, encoding="utf-8")
    own = read_corpus(own_data).phrases["faq_bat_ho"]
    assert own[:3] == ["greet", "vay loai nóng x", "vay kiểu mới lạ"]


def test_a_phrase_under_two_labels_teaches_neither() -> None:
    phrases = {"a": ["File APK", "cài app"], "b": ["file apk", "mã OTP"], "c": ["cài app"]}
    assert unambiguous(phrases) == {"a": ["File APK", "cài app"], "b": ["mã OTP"], "c": ["cài app"]}
    assert unambiguous({"a": ["x", "y"], "b": ["x", "z"]}) == {"a": ["y"], "b": ["z"]}


def test_responses_speak_both_languages_and_hold_no_placeholder(tmp_path: Path) -> None:
    build(tmp_path / "build")
    responses = read(tmp_path / "build" / "domain" / "responses.yml")["responses"]
    for name, (vietnamese, english) in dict(responses).items():
        assert english["channel"] == "antam_en", name
        assert "channel" not in vietnamese, name
        for variation in (vietnamese, english):
            assert "{" not in variation.get("text", ""), name
            assert variation.get("text") or variation.get("custom"), name
