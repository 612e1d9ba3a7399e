"""The embedded PostgreSQL: private, owned by its starter, back after every kind of end."""

import psycopg
import pytest
from sqlalchemy.engine import make_url

from backend.ops.postgres import DatabaseUrls


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", "", 1))


def test_refuses_a_wrong_password(postgres: DatabaseUrls) -> None:
    wrong = make_url(postgres.app).set(password="not-it").render_as_string(hide_password=False)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        _connect(wrong)
