"""A database knows the site keys that it was made with, and keeps nothing of them."""

import base64
import json
from pathlib import Path

from backend.kit.crypto import random_key
from backend.kit.key_marks import compare, mark_of
from backend.kit.site_keys import SiteKeys


def site_keys(folder: Path, **rings: dict[int, bytes]) -> SiteKeys:
    written = {
        purpose: {
            "current": max(ring),
            "keys": {str(version): base64.b64encode(key).decode() for version, key in ring.items()},
        }
        for purpose, ring in rings.items()
    }
    (folder / "site_keys.json").write_text(json.dumps(written), encoding="utf-8")
    return SiteKeys.read(folder / "site_keys.json")


def test_a_database_without_marks_takes_the_first_keys_it_sees(tmp_path: Path) -> None:
    keys = site_keys(tmp_path, wrap={1: random_key()}, mac={1: random_key()})
    found = compare(keys, {})
    assert found.foreign == ()
    assert set(found.unseen) == {("wrap", 1), ("mac", 1)}
    again = compare(keys, found.unseen)
    assert again.foreign == ()
    assert again.unseen == {}


def test_another_key_of_the_same_version_is_foreign(tmp_path: Path) -> None:
    mac = random_key()
    marks = compare(site_keys(tmp_path, wrap={1: random_key()}, mac={1: mac}), {}).unseen
    assert compare(site_keys(tmp_path, wrap={1: random_key()}, mac={1: mac}), marks).foreign == ("wrap",)


def test_a_lost_version_is_foreign_and_a_new_one_is_not(tmp_path: Path) -> None:
    first, second = random_key(), random_key()
    marks = compare(site_keys(tmp_path, wrap={1: first}), {}).unseen
    rotated = compare(site_keys(tmp_path, wrap={1: first, 2: second}), marks)
    assert rotated.foreign == ()
    assert set(rotated.unseen) == {("wrap", 2)}
    assert compare(site_keys(tmp_path, wrap={2: second}), marks).foreign == ("wrap",)


def test_a_mark_differs_by_purpose_and_version_and_is_no_key() -> None:
    key = random_key()
    marks = {mark_of(key, "wrap", 1), mark_of(key, "wrap", 2), mark_of(key, "mac", 1)}
    assert len(marks) == 3
    assert key not in marks
