"""The shapes of the answers: for the OpenAPI document, and for the tests that hold every real answer to its shape."""

from __future__ import annotations

from marshmallow import fields, validate

from api.members import INSTANT as _INSTANT
from api.members import amount as _amount
from api.members import instant as _instant
from api.members import log_size as _log_size
from api.members import one_of as _one_of
from api.members import whole as _whole
from api.members import words as _text
from api.schemas import Strict
from ledger.books.accounts import AccountClass, Side
from ledger.books.freezes import FreezeReason, FreezeScope
from ledger.books.parties import Role, Scope
from ledger.faults import Fault
from ledger.orders.forms import FORMS
from ledger.refusals import Reason


class TitleSchema(Strict):
    """A public name in both languages."""

    en = _text("English.")
    sw = _text("Swahili.")


class JwkSchema(Strict):
    """A public key as a JSON Web Key: the required members of its kind, OKP, EC or AKP."""

    kty = _text("Kind of key.")
    crv = fields.String(metadata={"description": "Curve, of OKP and EC."})
    x = fields.String(metadata={"description": "Coordinate, of OKP and EC."})
    y = fields.String(metadata={"description": "Second coordinate, of P-256."})
    alg = fields.String(metadata={"description": "Algorithm, of AKP: ML-DSA-44."})
    pub = fields.String(metadata={"description": "Public key, of AKP."})


class ProblemSchema(Strict):
    """A problem (RFC 9457)."""

    type = _text("A page that explains this problem.")
    title = _text("What it is, in the caller's language.")
    status = _whole("The HTTP status.")
    detail = _text("What to do next, in the caller's language.")
    code = _one_of("The stable name of the problem.", (*Fault, *Reason))
    retryable = fields.Boolean(required=True, metadata={"description": "May the same bytes succeed later?"})
    request_id = _text("Tell the operator this.")
    violated_policies = fields.List(fields.String(), data_key="violated-policies")
    details = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class AcceptedSchema(Strict):
    """An accepted order."""

    order = _text("The order's id.")
    outcome = _text("`accepted`.", rule=validate.Equal("accepted"))
    replayed = fields.Boolean(
        required=True,
        metadata={"description": "Whether this outcome was recorded before."},
    )
    sequence = _whole("Its place in the log.")
    recorded_at = _instant("When it was recorded.")
    result = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    record = _text("The record's very bytes.")


class RefusedSchema(ProblemSchema):
    """A refused order: a problem, and the record that says so."""

    code = _one_of("The reason.", Reason)
    retry_with_new_order = fields.Boolean(
        required=True,
        metadata={"description": "May a new order succeed later?"},
    )
    order = _text("The order's id.")
    outcome = _text("`refused`.", rule=validate.Equal("refused"))
    replayed = fields.Boolean(
        required=True,
        metadata={"description": "Whether this outcome was recorded before."},
    )
    sequence = _whole("Its place in the log.")
    recorded_at = _instant("When it was recorded.")
    record = _text("The record's very bytes.")


class OrdersSchema(Strict):
    """Several signed orders."""

    orders = fields.List(
        fields.String(metadata={"description": "A compact JWS."}),
        required=True,
        validate=validate.Length(1, 1_000),
    )


class ResultsSchema(Strict):
    """One result per order, in request order, each with the `status` it would have had alone."""

    results = fields.List(fields.Dict(keys=fields.String()), required=True)


class ProofSchema(Strict):
    """Where in which tree, and the hashes from the leaf up."""

    index = _whole("Sequence of the record.")
    size = _whole("Size of the log.")
    hashes = fields.List(fields.String(metadata={"description": "base64url, 32 bytes."}), required=True)


class ConsistencySchema(Strict):
    """That a log only grew."""

    from_ = fields.Integer(data_key="from", required=True, strict=True)
    to = _whole("The larger size.")
    hashes = fields.List(fields.String(metadata={"description": "base64url, 32 bytes."}), required=True)


class ReceiptSchema(Strict):
    """A record, the proof that it is in the log, and its batch's checkpoint: it verifies offline."""

    record = _text("The record's very bytes.")
    proof = fields.Nested(ProofSchema, required=True)
    checkpoint = _text("A C2SP checkpoint.")


class AccountRowSchema(Strict):
    """An account."""

    account = _text("Its address.")
    party = _text("Whose it is.")
    class_ = _one_of("Its class.", AccountClass, key="class")
    currency = _text("ISO 4217.")
    balance = _amount("What is in it.")
    debits_posted = _amount("Everything ever debited.")
    credits_posted = _amount("Everything ever credited.")
    status = _text("`open`, or `closed` for ever.", rule=validate.OneOf(("open", "closed")))
    closed = _whole("The record that closed it.", none=True)


class FreezeSchema(Strict):
    """What an authority did to an account, as its holder sees it."""

    freeze = _text("The order that placed it.")
    scope = _one_of("What it stops.", FreezeScope)
    reason = _one_of("Why.", FreezeReason)
    order_number = _text("The court's or authority's own number.")
    authority = _text("By whose order.")
    frozen_until = _text("UTC, six decimals; null: until it is lifted.", rule=_INSTANT, none=True)
    placed = _whole("The record that placed it.")
    active = fields.Boolean(required=True, metadata={"description": "False: it ended by time."})


class AccountSchema(AccountRowSchema):
    """An account now."""

    freezes = fields.List(fields.Nested(FreezeSchema), required=True)
    log_size = _log_size()


class EntrySchema(Strict):
    """One side of a posting, as the account sees it."""

    sequence = _whole("The record.")
    n = _whole("Its place in the record.")
    recorded_at = _instant("When.")
    side = _one_of("Which side.", Side)
    amount = _amount("How much.")
    balance_after = _amount("The balance after it.")
    counterparty = _text("The other account.")
    counterparty_title = _text("The other side's title or masked name.", none=True)
    order = _text("The order behind it.")
    kind = _text("The kind of order.", rule=validate.OneOf([form.name for form in FORMS]))
    reference = _text("The payer's reference; of a refund, a reversal or an issue, its own.", none=True)
    purpose = _text("ISO 20022 purpose code.", none=True)
    control_number = _text("The bill that was paid.", none=True)
    about = _text("The order that a refund gives back or a reversal corrects.", none=True)


class EntriesSchema(Strict):
    """A page of entries, newest first."""

    entries = fields.List(fields.Nested(EntrySchema), required=True)
    next = _text("`before` of the next page; null on the last.", none=True)
    log_size = _log_size()


class PayeeSchema(Strict):
    """Whom one would pay."""

    account = _text("The address.")
    class_ = _one_of("Its class.", AccountClass, key="class")
    currency = _text("ISO 4217.")
    kind = _text("Whose it is.", rule=validate.OneOf(("person", "institution")))
    name = _text("An institution's title; a person's name, masked; or nothing.")
    log_size = _log_size()


class KeyRowSchema(Strict):
    """A key of the party."""

    kid = _text("RFC 7638 thumbprint.")
    jwk = fields.Nested(JwkSchema, required=True)
    scopes = fields.List(
        fields.String(validate=validate.OneOf([scope.value for scope in Scope])),
        required=True,
    )
    added = _whole("The record that added it.")
    revoked = _whole("The record that revoked it.", none=True)


class KeySchema(Strict):
    """A key's party, keys and accounts: what a wallet restored from words needs."""

    kid = _text("The key that was asked for.")
    party = _text("Whose it is.")
    roles = fields.List(fields.String(validate=validate.OneOf([role.value for role in Role])), required=True)
    title = fields.Nested(TitleSchema, required=True, allow_none=True)
    name = _text("The display name, if one was given; masked but for its holder.", none=True)
    keys = fields.List(fields.Nested(KeyRowSchema), required=True)
    accounts = fields.List(fields.Nested(AccountRowSchema), required=True)
    log_size = _log_size()


class NameSchema(Strict):
    """A display name."""

    name = _text("Letters, marks, spaces, apostrophes, hyphens and points; at most 60.")


class PartyTitleSchema(Strict):
    """An institution."""

    party = _text("Its id.")
    title = fields.Nested(TitleSchema, required=True, allow_none=True)


class CurrencySchema(Strict):
    """A currency of the ledger."""

    code = _text("ISO 4217.")
    decimals = _whole("Decimals of the major unit.")


class LogKeySchema(Strict):
    """A log key and the sizes that it signed."""

    key = fields.Nested(JwkSchema, required=True)
    from_ = fields.Integer(data_key="from", required=True, strict=True)
    to = _whole("null: until now.", none=True)
    order = _text("The order that brought it; null: genesis.", none=True)
    endorsement = _text(
        "A compact JWS by the key before it, over ledger, order and log_key; null: genesis.", none=True
    )


class LimitsSchema(Strict):
    """Bounds."""

    payload_bytes_max = _whole("Of one order's payload.")
    body_bytes_max = _whole("Of one request.")
    bulk_orders_max = _whole("Orders in one request.")
    holders_max = _whole("Parties in this pilot.")


class LedgerSchema(Strict):
    """What this ledger is."""

    ledger = _text("Its id: base64url SHA-256 of record 0.")
    name = _text("Its name.")
    sandbox = fields.Boolean(required=True, metadata={"description": "Whether this is test money."})
    prefix = _text("Of its addresses.")
    currencies = fields.List(fields.Nested(CurrencySchema), required=True)
    genesis_record = _text("Record 0.")
    log_keys = fields.List(fields.Nested(LogKeySchema), required=True)
    log_size = _log_size()
    checkpoint = _text("The newest C2SP checkpoint.")
    limits = fields.Nested(LimitsSchema, required=True)
    institutions = fields.List(fields.Nested(PartyTitleSchema), required=True)
    rules = _whole("The version of the rules that decides the next record.")
    time = _instant("The server's clock.")
    ahead_seconds = _whole("By how many seconds a sandbox's clock was moved ahead; elsewhere always 0.")


class SupplyRowSchema(Strict):
    """Money of one currency."""

    currency = _text("ISO 4217.")
    issued = _amount("Ever issued.")
    redeemed = _amount("Ever taken back.")
    outstanding = _amount("In circulation.")
    supply_max = _amount("What may circulate at most.")
    attested = _text(
        "What an auditor last stated to lie behind it, in major units; null: nothing.", none=True
    )
    attested_for = _text("The day of which that was said.", none=True)
    difference = _text(
        "Attested less outstanding, with a sign if below zero; null: nothing attested.", none=True
    )


class SupplySchema(Strict):
    """What circulates."""

    supply = fields.List(fields.Nested(SupplyRowSchema), required=True)
    log_size = _log_size()


class BalanceLineSchema(Strict):
    """One class of accounts."""

    currency = _text("ISO 4217.")
    class_ = _one_of("The class.", AccountClass, key="class")
    normal_side = _one_of("The side on which it grows.", Side)
    accounts = _whole("How many.")
    debits = _amount("Debits posted.")
    credits = _amount("Credits posted.")
    balance = _amount("The difference.")


class TrialBalanceSchema(Strict):
    """The books."""

    lines = fields.List(fields.Nested(BalanceLineSchema), required=True)
    balanced = fields.Boolean(required=True, metadata={"description": "Whether debits equal credits."})
    log_size = _log_size()


class RecordsSchema(Strict):
    """Records, whole."""

    from_ = fields.Integer(data_key="from", required=True, strict=True)
    records = fields.List(fields.String(), required=True)


class AliveSchema(Strict):
    """It is alive."""

    status = _text("`alive`.", rule=validate.Equal("alive"))


class ReadySchema(Strict):
    """It is ready."""

    status = _text("`ready`.", rule=validate.Equal("ready"))
    log_size = _log_size()
    term = _whole("The term of the lease.")
    waiting = _whole("Orders in the queue.")
    held_off = _whole("Orders that met a bug.")
