"""Signatures of notices: as the published library makes and reads them, and as the standard's own example."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook

from ledger.faults import Fault
from ledger.signing import notices
from ledger.signing.keys import PrivateKey
from tests.refused import refused

NOW_S = 1_614_265_330
BODY = b'{"test": 2432232314}'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EXAMPLE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
KEY = PrivateKey.from_seed(bytes(range(32)))


def test_the_standards_own_example() -> None:
    """The vector of the reference implementation, whose secret has 24 bytes."""
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))
    headers = notices.signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", BODY, now_s=NOW_S, secrets=[secret], key=KEY
    )
    first, second = headers["webhook-signature"].split(" ")
    assert first == EXAMPLE
    assert second.startswith("v1a,")
    moment = datetime.fromtimestamp(NOW_S, UTC)
    assert Webhook(SECRET).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, BODY.decode()) == first


def test_secret_and_key_go_both_ways() -> None:
    """As texts with their prefixes; anything else is refused."""
    secret = notices.secret_of(KEY, ledger_id="l", party="p", webhook="w", generation=1)
    assert notices.read_secret(notices.secret_text(secret)) == secret
    assert notices.read_public(notices.public_text(KEY.public)) == KEY.public
    for text in ("", "whsec_", "whsec_!", secret.hex(), notices.public_text(KEY.public)):
        with refused(Fault.MALFORMED, what="webhook_secret"):
            notices.read_secret(text)


def test_each_webhook_and_generation_has_its_own_secret() -> None:
    """Nothing of one tells the other, and the same names give the same secret again."""
    names = [
        ("l", "p", "w", 1),
        ("l", "p", "w", 2),
        ("l", "p", "x", 1),
        ("l", "q", "w", 1),
        ("m", "p", "w", 1),
    ]
    made = [
        notices.secret_of(KEY, ledger_id=ledger, party=party, webhook=webhook, generation=generation)
        for ledger, party, webhook, generation in names * 2
    ]
    assert len(set(made)) == 5
    assert made[:5] == made[5:]


@pytest.mark.parametrize(
    "change, what",
    [
        ({"webhook-id": "other"}, "webhook_signature"),
        ({"webhook-timestamp": str(NOW_S + 1)}, "webhook_signature"),
        ({"webhook-timestamp": str(NOW_S + 301)}, "webhook_time"),
        ({"webhook-timestamp": "now"}, "webhook_headers"),
        ({"webhook-id": ""}, "webhook_headers"),
        ({"webhook-signature": "v1,AAAA v2,x v1a,!"}, "webhook_signature"),
    ],
)
@pytest.mark.parametrize("by", ["secret", "key"])
def test_what_is_not_as_it_was_signed_is_refused(change: dict[str, str], what: str, by: str) -> None:
    """Another id, another time, an old one, another signature: by the secret and by the key."""
    secret = bytes(32)
    headers = notices.signed_headers("evt_1_0", BODY, now_s=NOW_S, secrets=[secret], key=KEY)
    mine = {"secret": secret} if by == "secret" else {"key": KEY.public}
    assert notices.require_signed(headers, BODY, now_s=NOW_S, **mine) == "evt_1_0"
    with refused(Fault.SIGNATURE_INVALID, what=what):
        notices.require_signed(headers | change, BODY, now_s=NOW_S, **mine)
    with refused(Fault.SIGNATURE_INVALID, what="webhook_signature"):
        notices.require_signed(headers, BODY + b" ", now_s=NOW_S, **mine)
