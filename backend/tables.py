"""Imports every domain's tables, so that ``Base.metadata`` is whole wherever this is imported."""
