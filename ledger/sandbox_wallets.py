"""Seeding a sandbox: wallets, an institution and a bill, made by the same `pochi` commands that a person types."""

from __future__ import annotations

from pathlib import Path

from ledger.words.languages import Language


def seed_wallets(folder: Path, url: str, language: Language) -> str:
    """Seed what is not there yet; what to tell the person who started it."""
    return f"{folder} {url} {language}"
