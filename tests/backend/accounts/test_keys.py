"""Wrapping keys: two secrets from two places, and nothing that can be moved elsewhere."""

import base64
import json
import secrets
import uuid
from pathlib import Path

import pytest

from backend.accounts import keys as member_keys
from backend.accounts.keys import Wrapped
from backend.kit.crypto import Unsealable, new_key_pair, random_key
from backend.kit.site_keys import SiteKeyMissing, SiteKeys

ME, SOMEBODY_ELSE = uuid.uuid4(), uuid.uuid4()


def site(tmp_path: Path, current: int = 1, **kept: dict[int, bytes]) -> SiteKeys:
    """A file of site keys; ``kept`` overrides the keys of a purpose."""
    rings = {
        purpose: {
            "current": current,
            "keys": {
                str(version): base64.b64encode(key).decode()
                for version, key in kept.get(purpose, {current: random_key()}).items()
            },
        }
        for purpose in ("wrap", "mac")
    }
    path = tmp_path / f"{secrets.token_hex(4)}.json"
    path.write_text(json.dumps(rings), encoding="utf-8")
    return SiteKeys.read(path)


class TestPrivateKey:
    def test_opens_with_the_same_secret_and_site_key(self, tmp_path: Path) -> None:
        keys = site(tmp_path)
        _, private = new_key_pair()
        wrapped = member_keys.wrap_private_key(keys, ME, private, b"stretched", "password")
        assert member_keys.unwrap_private_key(keys, ME, wrapped, b"stretched", "password") == private

    def test_does_not_open_without_the_site_key(self, tmp_path: Path) -> None:
        wrapped = member_keys.wrap_private_key(site(tmp_path), ME, random_key(), b"stretched", "password")
        with pytest.raises(Unsealable):
            member_keys.unwrap_private_key(site(tmp_path), ME, wrapped, b"stretched", "password")

    @pytest.mark.parametrize(
        ("member", "secret", "purpose"),
        [
            (ME, b"other", "password"),
            (SOMEBODY_ELSE, b"stretched", "password"),
            (ME, b"stretched", "recovery"),
        ],
    )
    def test_does_not_open_with_another_secret_for_another_member_or_purpose(
        self, tmp_path: Path, member: uuid.UUID, secret: bytes, purpose: str
    ) -> None:
        keys = site(tmp_path)
        wrapped = member_keys.wrap_private_key(keys, ME, random_key(), b"stretched", "password")
        with pytest.raises(Unsealable):
            member_keys.unwrap_private_key(keys, member, wrapped, secret, purpose)

    def test_opens_with_an_older_site_key_while_it_is_kept(self, tmp_path: Path) -> None:
        old, new = random_key(), random_key()
        wrapped = member_keys.wrap_private_key(site(tmp_path, wrap={1: old}), ME, b"k" * 32, b"s", "password")
        later = site(tmp_path, current=2, wrap={1: old, 2: new})
        assert member_keys.unwrap_private_key(later, ME, wrapped, b"s", "password") == b"k" * 32
        with pytest.raises(SiteKeyMissing):
            member_keys.unwrap_private_key(
                site(tmp_path, current=2, wrap={2: new}), ME, wrapped, b"s", "password"
            )


class TestPublicKey:
    def test_is_taken_with_its_own_mac_only(self, tmp_path: Path) -> None:
        keys = site(tmp_path)
        public, _ = new_key_pair()
        signed = member_keys.sign_public_key(keys, ME, public)
        assert member_keys.verify_public_key(keys, ME, signed) == public
        other, _ = new_key_pair()
        for member, swapped in (
            (ME, member_keys.SignedPublicKey(other, signed.mac, signed.version)),
            (SOMEBODY_ELSE, signed),
            (ME, member_keys.SignedPublicKey(public, signed.mac, 99)),
        ):
            with pytest.raises(member_keys.SwappedKey):
                member_keys.verify_public_key(keys, member, swapped)


class TestSessionAndTotp:
    def test_a_session_opens_with_its_own_token_and_the_site_key_only(self, tmp_path: Path) -> None:
        keys, token, private = site(tmp_path), random_key(), random_key()
        sealed = member_keys.seal_for_session(keys, token, ME, private)
        assert member_keys.open_from_session(keys, token, ME, sealed) == private
        for other_keys, other_token, member in (
            (keys, random_key(), ME),
            (keys, token, SOMEBODY_ELSE),
            (site(tmp_path), token, ME),
            (site(tmp_path, current=2), token, ME),
        ):
            with pytest.raises(Unsealable):
                member_keys.open_from_session(other_keys, other_token, member, sealed)

    def test_a_session_opens_with_an_older_site_key_while_it_is_kept(self, tmp_path: Path) -> None:
        old, token = random_key(), random_key()
        sealed = member_keys.seal_for_session(site(tmp_path, wrap={1: old}), token, ME, b"k" * 32)
        later = site(tmp_path, current=2, wrap={1: old, 2: random_key()})
        assert member_keys.open_from_session(later, token, ME, sealed) == b"k" * 32

    @pytest.mark.parametrize("sealed", [b"", b"\x00", b"\x00\x00\x00\x01", b"\x00\x00\x00\x01" + b"x" * 90])
    def test_what_was_never_sealed_for_a_session_does_not_open(self, tmp_path: Path, sealed: bytes) -> None:
        with pytest.raises(Unsealable):
            member_keys.open_from_session(site(tmp_path), random_key(), ME, sealed)

    def test_the_stored_name_of_a_session_and_its_form_token_give_no_token_away(self) -> None:
        token = random_key()
        assert token not in member_keys.token_hash(token)
        assert token.hex() not in member_keys.form_token(token)
        assert member_keys.form_token(token) != member_keys.token_hash(token).hex()

    def test_a_totp_secret_opens_for_its_member_only(self, tmp_path: Path) -> None:
        keys = site(tmp_path)
        sealed = member_keys.seal_totp_secret(keys, ME, b"t" * 20)
        assert member_keys.open_totp_secret(keys, ME, sealed) == b"t" * 20
        with pytest.raises(Unsealable):
            member_keys.open_totp_secret(keys, SOMEBODY_ELSE, sealed)
        with pytest.raises(Unsealable):
            changed = sealed.value[:-1] + bytes([sealed.value[-1] ^ 1])
            member_keys.open_totp_secret(keys, ME, Wrapped(changed, sealed.version))


class TestSiteKeys:
    def test_its_text_form_shows_no_key(self, tmp_path: Path) -> None:
        key = random_key()
        assert base64.b64encode(key).decode() not in repr(site(tmp_path, wrap={1: key}))

    @pytest.mark.parametrize(
        "text", ["", "[]", '{"wrap": 1}', '{"wrap": {"current": 2, "keys": {"1": "AAAA"}}}', '{"wrap": {}}']
    )
    def test_a_broken_file_is_refused_without_showing_it(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "site_keys.json"
        path.write_text(text, encoding="utf-8")
        if text == "[]":
            text = "site keys file"
        with pytest.raises(ValueError, match="not a file of site keys"):
            SiteKeys.read(path)
