"""Attestations: what an auditor says lies outside the ledger behind the money in it."""

from __future__ import annotations

from typing import NamedTuple


class Attestation(NamedTuple):
    """The settlement balance of a currency at the end of a day, in minor units. The latest word on a day counts."""

    currency: str
    sequence: int
    """The record that states it."""
    date: str
    amount_minor_units: int
    reference: str
    party: str
    """The auditor."""
