"""Backups of the database: sealed, whole or not at all, thirty days old at most, and restored with care."""
