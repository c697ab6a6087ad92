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
    # 2. The key that signed it, at this position of the log.
    KEY_REVOKED = "key_revoked"
    # 3. Authority: the scope of the key, the role of its party.
    SCOPE_INSUFFICIENT = "scope_insufficient"
    ROLE_INSUFFICIENT = "role_insufficient"
    # 4. The register: parties and keys.
    KEY_ALREADY_REGISTERED = "key_already_registered"
    HOLDERS_MAX_REACHED = "holders_max_reached"
    PARTY_UNKNOWN = "party_unknown"
    KEY_UNKNOWN = "key_unknown"
    KEY_NOT_YOURS = "key_not_yours"
    KEY_ALREADY_REVOKED = "key_already_revoked"
    LAST_KEY = "last_key"
    # 5. The register: bills.
    BILL_UNKNOWN = "bill_unknown"
    BILL_NOT_YOURS = "bill_not_yours"
    BILL_ALREADY_APPROVED = "bill_already_approved"
    APPROVER_IS_MAKER = "approver_is_maker"
    SERVICE_UNKNOWN = "service_unknown"
    BILL_ID_IN_USE = "bill_id_in_use"
    BILL_PAID = "bill_paid"
    BILL_EXPIRED = "bill_expired"
    # 6. Accounts.
    ACCOUNT_CLASS_NOT_ALLOWED = "account_class_not_allowed"
    PAYER_UNKNOWN = "payer_unknown"
    PAYER_NOT_YOURS = "payer_not_yours"
    PAYEE_UNKNOWN = "payee_unknown"
    PAYEE_NOT_YOURS = "payee_not_yours"
    PAYEE_NOT_PAYABLE = "payee_not_payable"
    PAYER_IS_PAYEE = "payer_is_payee"
    CURRENCY_DIFFERS = "currency_differs"
    # 7. Money.
    AMOUNT_DIFFERS = "amount_differs"
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
    }
)

CHECKING_ORDER: dict[Reason, int] = {reason: place for place, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A "no" with the facts that explain it. `details` are short texts, public to everybody named in the order."""

    reason: Reason
    details: dict[str, str] = field(default_factory=dict)
