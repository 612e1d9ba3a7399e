"""Desks are tested in the same staffed country as tips."""

from tests.backend.tips.conftest import country, site_keys

__all__ = ["country", "site_keys"]
