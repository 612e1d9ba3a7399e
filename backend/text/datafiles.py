"""Reads the word lists that trainers own under ``data/``. It reads only; no text of a worker comes here."""

import os
from pathlib import Path
from typing import Any

import yaml

from backend.text.yaml_files import parsed


class DataFileError(ValueError):
    """A data file is missing or not as its head comment says; the message names the file and the entry."""


def data_folder() -> Path:
    """``data/`` of this checkout, or the folder that ``ANTAM_DATA`` names."""
    return Path(os.environ.get("ANTAM_DATA") or Path(__file__).resolve().parents[2] / "data")


def read_mapping(path: Path) -> "dict[str, Any]":
    """The YAML mapping in the file. Raises ``DataFileError`` when it is absent, broken or no mapping."""
    try:
        content = parsed(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(f"{path.name} is missing or cannot be opened") from error
    except yaml.YAMLError as error:
        raise DataFileError(f"{path.name} is no valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise DataFileError(f"{path.name} must be a mapping")
    return content
