"""Finds tips about the same offender without reading them: the sealed index, near-duplicates, floods."""
