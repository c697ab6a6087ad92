"""The tables beside the log: people's data, which can be erased, and where institutions want their notices."""

from __future__ import annotations

from sqlalchemy import Index

from ledger.store.columns import BYTES, INTEGER, TEXT
from ledger.store.columns import check as _check
from ledger.store.columns import key as _key
from ledger.store.columns import may as _may
from ledger.store.columns import need as _need
from ledger.store.columns import table as _table

names = _table("names", _key("party", TEXT), _need("name", TEXT), _need("updated_us", INTEGER))
"""Display names in plain text, from before there was a directory: whoever opens the ledger for writing seals them there
and leaves this empty."""

directory_keys = _table(
    "directory_keys",
    _key("party", TEXT),
    _need("key_id", TEXT),
    _need("wrapped", BYTES),
    _need("made_us", INTEGER),
    _check("directory_keys_wrapped", "length(wrapped) = 60"),
)
"""The key of each person's data, wrapped by the directory's key `key_id`. To delete the row is to erase the person."""

directory_entries = _table(
    "directory_entries",
    _key("party", TEXT),
    _key("kind", TEXT),
    _key("about", TEXT),
    _need("sealed", BYTES),
    _need("updated_us", INTEGER),
)
"""People's data, each sealed with the key of that person. `about`: the order that a note is about, else empty."""

directory_hashes = _table(
    "directory_hashes",
    _key("hash", BYTES),
    _key("kind", TEXT),
    _need("party", TEXT),
    _may("account", TEXT),
    _check("directory_hashes_hash", "length(hash) = 32"),
    Index("directory_hashes_by_party", "party", "kind"),
)
"""Keyed hashes by which a person is found, and the account that is paid by a telephone number or a Lipa Namba."""

directory_lookups = _table(
    "directory_lookups",
    _key("party", TEXT),
    _key("lookup", TEXT),
    _need("official", TEXT),
    _need("kid", TEXT),
    _need("reason", TEXT),
    _need("case_number", TEXT),
    _need("looked_us", INTEGER),
    Index("directory_lookups_by_time", "lookup"),
)
"""Which official looked at whose data and why; an empty party: nobody was found. Never what was seen."""

used_tokens = _table(
    "used_tokens",
    _key("jti", TEXT),
    _need("expires_us", INTEGER),
    Index("used_tokens_by_expiry", "expires_us"),
)
"""Caller tokens that changed something beside the log and may not do so again."""

webhooks = _table(
    "webhooks",
    _key("party", TEXT),
    _key("webhook", TEXT),
    _need("url", TEXT),
    _need("generation", INTEGER),
    _may("rotated_us", INTEGER),
    _need("created_us", INTEGER),
)
"""Where institutions want their notices: beside the log. `generation` counts the secrets, which are stored nowhere."""

webhook_states = _table(
    "webhook_states",
    _key("party", TEXT),
    _key("webhook", TEXT),
    _need("sequence", INTEGER),
    _need("n", INTEGER),
    _need("attempts", INTEGER),
    _need("next_us", INTEGER),
    _need("last_status", INTEGER),
    _need("last_us", INTEGER),
    _need("why", TEXT),
)
"""The last notice that a receiver took, how often the next one was tried in vain, why, and when it is tried again."""

webhook_wishes = _table(
    "webhook_wishes",
    _key("party", TEXT),
    _key("webhook", TEXT),
    _key("event", TEXT),
    _need("asked_us", INTEGER),
)
"""Events that an institution asked to be sent once more, and test events."""
