"""Pages are tested in the same staff application as accounts."""

from tests.backend.accounts.conftest import app, browser, new_browser

__all__ = ["app", "browser", "new_browser"]
