"""Refusals: the ledger's considered, recorded, permanent "no".

The order of the members of `Reason` is the order in which the rules check: of all reasons that apply to an order the
first one here is the one given. A property test holds every rule to that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why an order was refused. `retry_with_new_order` says if a new order, later, could be accepted."""

    # 1. The order itself, in time.
    ORDER_EXPIRED = "order_expired"
    RULES_NOT_ADOPTED = "rules_not_adopted"
    # 2. The key that signed it, at this position of the log.
    KEY_REVOKED = "key_revoked"
    # 3. Authority: the scope of the key, the role of its party.
    SCOPE_INSUFFICIENT = "scope_insufficient"
    ROLE_INSUFFICIENT = "role_insufficient"
    # 4. The register: parties and keys.
    KEY_ALREADY_REGISTERED = "key_already_registered"
    HOLDERS_MAX_REACHED = "holders_max_reached"
    PARTY_UNKNOWN = "party_unknown"
    ROLE_ALREADY_HELD = "role_already_held"
    ROLE_YOUR_OWN = "role_your_own"
    ROLE_NOT_HELD = "role_not_held"
    KEY_UNKNOWN = "key_unknown"
    KEY_NOT_YOURS = "key_not_yours"
    KEY_ALREADY_REVOKED = "key_already_revoked"
    LAST_KEY = "last_key"
    RULES_NOT_NEWER = "rules_not_newer"
    LOG_KEY_IN_USE = "log_key_in_use"
    ENDORSEMENT_INVALID = "endorsement_invalid"
    DATE_IN_FUTURE = "date_in_future"
    # 5. The register: bills.
    BILL_UNKNOWN = "bill_unknown"
    BILL_NOT_YOURS = "bill_not_yours"
    CONTROL_NUMBER_NOT_REUSABLE = "control_number_not_reusable"
    CONTROL_NUMBER_IN_USE = "control_number_in_use"
    CHANGE_UNKNOWN = "change_unknown"
    CHANGE_PENDING = "change_pending"
    BILL_ALREADY_APPROVED = "bill_already_approved"
    APPROVER_IS_MAKER = "approver_is_maker"
    SERVICE_UNKNOWN = "service_unknown"
    BILL_ID_IN_USE = "bill_id_in_use"
    PROVIDER_RECEIPT_IN_USE = "provider_receipt_in_use"
    BULK_LINE_KNOWN = "bulk_line_known"
    BULK_DIFFERS = "bulk_differs"
    BILL_CANCELLED = "bill_cancelled"
    BILL_PAID = "bill_paid"
    BILL_REFUNDED = "bill_refunded"
    BILL_PART_PAID = "bill_part_paid"
    BILL_REPLACED = "bill_replaced"
    BILL_EXPIRED = "bill_expired"
    ITEMS_DIFFER = "items_differ"
    # 6. Journal entries that are given back or corrected.
    ENTRY_UNKNOWN = "entry_unknown"
    ENTRY_NOT_REFUNDABLE = "entry_not_refundable"
    ENTRY_NOT_REVERSIBLE = "entry_not_reversible"
    ENTRY_REVERSED = "entry_reversed"
    ENTRY_REFUNDED = "entry_refunded"
    BILL_OVERPAID = "bill_overpaid"
    REFUND_NOT_FROM_PAYEE = "refund_not_from_payee"
    # 7. Accounts.
    ACCOUNT_UNKNOWN = "account_unknown"
    ACCOUNT_NOT_YOURS = "account_not_yours"
    ACCOUNT_RESERVED = "account_reserved"
    ACCOUNT_CLASS_NOT_ALLOWED = "account_class_not_allowed"
    FREEZE_UNKNOWN = "freeze_unknown"
    FREEZE_LIFTED = "freeze_lifted"
    FREEZE_EXPIRED = "freeze_expired"
    PAYER_UNKNOWN = "payer_unknown"
    PAYER_NOT_YOURS = "payer_not_yours"
    PAYER_NOT_DISTRIBUTION = "payer_not_distribution"
    PAYEE_UNKNOWN = "payee_unknown"
    PAYEE_NOT_YOURS = "payee_not_yours"
    PAYEE_NOT_PAYABLE = "payee_not_payable"
    PAYER_IS_PAYEE = "payer_is_payee"
    CURRENCY_DIFFERS = "currency_differs"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_FROZEN = "account_frozen"
    PAYER_CLOSED = "payer_closed"
    PAYER_FROZEN = "payer_frozen"
    PAYEE_CLOSED = "payee_closed"
    PAYEE_FROZEN = "payee_frozen"
    # 8. Money.
    ACCOUNT_NOT_EMPTY = "account_not_empty"
    AMOUNT_DIFFERS = "amount_differs"
    AMOUNT_TOO_LITTLE = "amount_too_little"
    AMOUNT_TOO_MUCH = "amount_too_much"
    REFUND_EXCEEDS_PAYMENT = "refund_exceeds_payment"
    SUPPLY_MAX_EXCEEDED = "supply_max_exceeded"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    COUNTER_FULL = "counter_full"

    @property
    def retry_with_new_order(self) -> bool:
        """Whether the same wish, signed as a new order later, could be accepted without anything else being mended."""
        return self in _MAY_PASS_LATER


_MAY_PASS_LATER = frozenset(
    {
        Reason.ORDER_EXPIRED,
        Reason.HOLDERS_MAX_REACHED,
        Reason.SUPPLY_MAX_EXCEEDED,
        Reason.INSUFFICIENT_FUNDS,
        Reason.PAYEE_UNKNOWN,
        Reason.BILL_UNKNOWN,
        Reason.RULES_NOT_ADOPTED,
        Reason.CONTROL_NUMBER_IN_USE,
        Reason.ACCOUNT_FROZEN,
        Reason.PAYER_FROZEN,
        Reason.PAYEE_FROZEN,
        Reason.ACCOUNT_NOT_EMPTY,
    }
)

CHECKING_ORDER: dict[Reason, int] = {reason: place for place, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A "no" with the facts that explain it. `details` are short texts, public to everybody named in the order."""

    reason: Reason
    details: dict[str, str] = field(default_factory=dict)
