"""Parts that tests of every room share: PostgreSQL for the session, a migrated database a test, secrets."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from backend.kit.secrets_store import make_missing
from backend.ops.postgres import DatabaseUrls, EmbeddedPostgres
from tests.databases import clone, migrated_template, remove
from tests.stretching import at_true_cost

# Property tests try the same examples at every run, so that a run says something about the change and
# nothing about luck; `make test-long` goes looking for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("looking", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("ANTAM_PROPERTIES", "same"))


_MEMORY = Path("/dev/shm")
_ROOM = 6 * 1024**3
"""Bytes of it that are free where it is used: databases of all that runs at the same time."""


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that a server under another account can reach; pytest's own are closed to others.

    In memory where there is room: in a run a thousand databases are copied there file by file.
    """
    in_memory = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    with tempfile.TemporaryDirectory(prefix="antam-", dir=_MEMORY if in_memory else None) as folder:
        os.chmod(folder, 0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(open_folder: Path) -> Iterator[DatabaseUrls]:
    """One embedded PostgreSQL for the session."""
    server = EmbeddedPostgres(open_folder / "postgres", open_folder / "secrets", durable=False)
    urls = server.start()
    try:
        yield urls
    finally:
        server.stop()


@pytest.fixture(scope="session")
def template_database(postgres: DatabaseUrls) -> DatabaseUrls:
    """The database that is migrated once and then copied."""
    return migrated_template(postgres)


@pytest.fixture
def database(template_database: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """A migrated database of this test's own."""
    urls = clone(template_database)
    yield urls
    remove(template_database, urls)


@pytest.fixture(scope="module")
def module_database(template_database: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """A migrated database for a whole module, where its tests share one expensive state."""
    urls = clone(template_database)
    yield urls
    remove(template_database, urls)


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    """A ``var/`` in which ``antam keys init`` was run."""
    var = tmp_path / "var"
    make_missing(var / "secrets")
    return var


@pytest.fixture(scope="module")
def true_stretching() -> Iterator[None]:
    """Passwords and receipts cost what they cost in earnest."""
    with at_true_cost():
        yield
