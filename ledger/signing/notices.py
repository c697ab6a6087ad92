"""How notices are signed: Standard Webhooks (https://www.standardwebhooks.com), HMAC-SHA256 and Ed25519.

What is signed is `{id}.{timestamp}.{body}`. The header `webhook-signature` holds signatures divided by spaces: `v1,`
and an HMAC for each secret that counts, `v1a,` and the signature by the ledger's own notice key.

The secret of a webhook is made from the notice key and the webhook's own name, and so is stored nowhere: HMAC-SHA256
with the key's seed, over a label that nothing else signs or hashes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from ledger.faults import Fault, LedgerFault
from ledger.signing.ed25519 import NAME as ED25519
from ledger.signing.keys import PrivateKey, PublicKey, verify

SECRET_PREFIX, PUBLIC_PREFIX = "whsec_", "whpk_"
TOLERANCE_SECONDS = 300
ID_HEADER, TIME_HEADER, SIGNATURE_HEADER = "webhook-id", "webhook-timestamp", "webhook-signature"

_LABEL = b"daftari webhook secret\x00"


def secret_of(key: PrivateKey, *, ledger_id: str, party: str, webhook: str, generation: int) -> bytes:
    """The secret of a webhook: 32 bytes."""
    named = "\x00".join((ledger_id, party, webhook, str(generation))).encode()
    return hmac.new(key.secret_bytes(), _LABEL + named, hashlib.sha256).digest()


def secret_text(secret: bytes) -> str:
    """A secret as its holder is shown it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode("ascii")


def read_secret(text: str) -> bytes:
    """A secret back from its text.

    Raises:
        LedgerFault: MALFORMED with `what=webhook_secret`.
    """
    return _decoded(text, SECRET_PREFIX, "webhook_secret")


def public_text(key: PublicKey) -> str:
    """The public part of the notice key, as Standard Webhooks writes it."""
    return PUBLIC_PREFIX + base64.b64encode(key.raw).decode("ascii")


def read_public(text: str) -> PublicKey:
    """A public notice key back from its text.

    Raises:
        LedgerFault: MALFORMED with `what=webhook_key`.
    """
    return PublicKey(ED25519, _decoded(text, PUBLIC_PREFIX, "webhook_key"))


def signed_headers(
    event: str, body: bytes, *, now_s: int, secrets: Sequence[bytes], key: PrivateKey | None = None
) -> dict[str, str]:
    """The three headers of a notice that is sent at `now_s`, in seconds since 1970."""
    content = _content(event, str(now_s), body)
    signatures = [f"v1,{base64.b64encode(_mac(secret, content)).decode('ascii')}" for secret in secrets]
    if key is not None:
        signatures.append(f"v1a,{base64.b64encode(key.sign(content)).decode('ascii')}")
    return {ID_HEADER: event, TIME_HEADER: str(now_s), SIGNATURE_HEADER: " ".join(signatures)}


def require_signed(
    headers: Mapping[str, str],
    body: bytes,
    *,
    now_s: int,
    secret: bytes | None = None,
    key: PublicKey | None = None,
) -> str:
    """Check a notice as a receiver must: one signature holds, by the secret or by the key. Returns the event's id.

    Raises:
        LedgerFault: SIGNATURE_INVALID with `what`.
    """
    told = {name.lower(): value for name, value in headers.items()}
    event, sent = told.get(ID_HEADER, ""), told.get(TIME_HEADER, "")
    if not event or not sent.isascii() or not sent.isdecimal() or len(sent) > 12:
        raise LedgerFault(Fault.SIGNATURE_INVALID, what="webhook_headers")
    if abs(int(sent) - now_s) > TOLERANCE_SECONDS:
        raise LedgerFault(Fault.SIGNATURE_INVALID, what="webhook_time")
    content = _content(event, sent, body)
    for part in told.get(SIGNATURE_HEADER, "").split(" "):
        version, _, text = part.partition(",")
        if _holds(version, text, content, secret, key):
            return event
    raise LedgerFault(Fault.SIGNATURE_INVALID, what="webhook_signature")


def _holds(version: str, text: str, content: bytes, secret: bytes | None, key: PublicKey | None) -> bool:
    try:
        signature = base64.b64decode(text, validate=True)
        if version == "v1a" and key is not None:
            verify(key, content, signature)
            return True
    except (binascii.Error, ValueError, LedgerFault):
        return False
    return version == "v1" and secret is not None and hmac.compare_digest(signature, _mac(secret, content))


def _content(event: str, sent: str, body: bytes) -> bytes:
    return b"%b.%b.%b" % (event.encode(), sent.encode(), body)


def _mac(secret: bytes, content: bytes) -> bytes:
    return hmac.new(secret, content, hashlib.sha256).digest()


def _decoded(text: str, prefix: str, what: str) -> bytes:
    try:
        value = base64.b64decode(text.removeprefix(prefix), validate=True)
    except (binascii.Error, ValueError) as error:
        raise LedgerFault(Fault.MALFORMED, what=what) from error
    if not text.startswith(prefix) or len(value) != 32:
        raise LedgerFault(Fault.MALFORMED, what=what)
    return value
