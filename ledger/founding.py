"""A genesis document to begin with: what an operator edits before `daftari init --genesis`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from ledger.faults import Fault, LedgerFault
from ledger.orders.genesis import NONCE_BYTES
from ledger.signing import base64url
from ledger.signing.keys import PublicKey, public_key_from_jwk
from ledger.strict_json import loads_object

ROLES = ("issuer", "registrar", "authority", "supervisor", "auditor")
_JWK_BYTES_MAX = 16 * 1024
_TITLES = {
    "issuer": ("Central Bank", "Benki Kuu"),
    "registrar": ("Registrar", "Msajili"),
    "authority": ("Authority", "Mamlaka"),
    "supervisor": ("Supervisor", "Msimamizi"),
    "auditor": ("Auditor", "Mkaguzi"),
}


def genesis_template(log_key: PublicKey, public_keys: Mapping[str, PublicKey]) -> dict[str, object]:
    """A whole document, but for the public keys that are not there yet: `init` refuses it until they are."""
    return {
        "nonce": base64url.encode(secrets.token_bytes(NONCE_BYTES)),
        "name": "Daftari pilot",
        "sandbox": False,
        "prefix": "tzst",
        "control_number_prefix": "88",
        "currencies": [{"code": "TZS", "decimals": 2}],
        "parties": [_party(role, public_keys.get(role)) for role in ROLES],
        "chart": [
            {
                "code": "1000",
                "class": "backing",
                "currency": "TZS",
                "party": "issuer",
                "title": {"en": "Backing of digital shillings", "sw": "Dhamana ya shilingi za kidijiti"},
            }
        ],
        "bounds": {"supply_max": {"TZS": "1000000000"}, "holders_max": 10_000},
        "log_key": log_key.jwk(),
    }


def _party(role: str, key: PublicKey | None) -> dict[str, object]:
    english, swahili = _TITLES[role]
    told: object = f"the public key of the {role}: daftari keys show {role}" if key is None else key.jwk()
    return {
        "party": role,
        "title": {"en": english, "sw": swahili},
        "roles": [role],
        "keys": [{"key": told, "scopes": ["all"]}],
    }


def read_public_keys(folder: Path) -> dict[str, PublicKey]:
    """The public keys in `ROLE.json`, for the roles that have one.

    Raises:
        LedgerFault: KEY_FILE_INVALID; also for a private key, which has no place on this machine.
    """
    found = {}
    for role in ROLES:
        path = folder / f"{role}.json"
        if path.exists():
            try:
                found[role] = public_key_from_jwk(
                    loads_object(path.read_bytes().strip(), bytes_max=_JWK_BYTES_MAX)
                )
            except (OSError, LedgerFault) as error:
                raise LedgerFault(Fault.KEY_FILE_INVALID, path=str(path), why="no_public_key") from error
    return found
