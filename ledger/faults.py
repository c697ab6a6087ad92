"""Faults: what went wrong before, beside or instead of a decision.

A *refusal* is the ledger's considered "no" and is recorded for ever (`ledger.refusals`). A *fault* is anything else
that stops a piece of work: bytes that are no order, a ledger that cannot take one now, a store that must not be served.
A fault leaves no record. A bug is neither: `require` stops what it touched.
"""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """Every fault, by its stable code. `ledger.words` gives each its sentence, `api.problems` its HTTP status."""

    # The bytes sent are not what they claim to be.
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    OTHER_LEDGER = "other_ledger"
    CLOCK_AHEAD = "clock_ahead"
    ID_IN_USE = "id_in_use"
    ALIAS_TAKEN = "alias_taken"
    # Who is asking?
    UNKNOWN_KEY = "unknown_key"
    KEY_UNACCEPTABLE = "key_unacceptable"
    SIGNATURE_INVALID = "signature_invalid"
    POSSESSION_INVALID = "possession_invalid"
    CALLER_UNKNOWN = "caller_unknown"
    CALLER_TOKEN_INVALID = "caller_token_invalid"  # noqa: S105 - a code, not a secret
    # Reading.
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    QUERY_INVALID = "query_invalid"
    AS_OF_AHEAD = "as_of_ahead"
    CURSOR_INVALID = "cursor_invalid"
    PERIOD_TOO_LONG = "period_too_long"
    PROOF_INVALID = "proof_invalid"
    # Not now; the same bytes may be sent again.
    TOO_MANY_REQUESTS = "too_many_requests"
    BUSY = "busy"
    NOT_TAKEN = "not_taken"
    LOG_KEY_MISSING = "log_key_missing"
    CLOCK_JUMPED = "clock_jumped"
    OUTCOME_UNKNOWN = "outcome_unknown"
    INTERNAL_ERROR = "internal_error"
    # The operator's: the ledger must not be served like this.
    STORE_UNREACHABLE = "store_unreachable"
    STORE_EMPTY = "store_empty"
    STORE_NOT_DURABLE = "store_not_durable"
    SCHEMA_FOREIGN = "schema_foreign"
    LOG_HEAD_WRONG = "log_head_wrong"
    BOOKS_UNBALANCED = "books_unbalanced"
    RECORD_WRONG = "record_wrong"
    PROJECTION_WRONG = "projection_wrong"
    GENESIS_INVALID = "genesis_invalid"
    KEY_FILE_INVALID = "key_file_invalid"
    FILE_UNUSABLE = "file_unusable"
    LINE_WRONG = "line_wrong"
    ALREADY_RUNNING = "already_running"
    ALREADY_EXISTS = "already_exists"
    LEASE_LOST = "lease_lost"
    BACKUP_INVALID = "backup_invalid"
    BACKUP_OLDER = "backup_older"
    COPY_OLDER = "copy_older"
    ANOTHER_HISTORY = "another_history"
    KEY_FILE_MISSING = "key_file_missing"
    PORT_IN_USE = "port_in_use"
    STORE_FORBIDDEN = "store_forbidden"

    @property
    def retryable(self) -> bool:
        """Whether sending the very same bytes again, later, may help."""
        return self in _RETRYABLE


_RETRYABLE = frozenset(
    {
        Fault.CLOCK_AHEAD,
        Fault.AS_OF_AHEAD,
        Fault.TOO_MANY_REQUESTS,
        Fault.BUSY,
        Fault.NOT_TAKEN,
        Fault.LOG_KEY_MISSING,
        Fault.CLOCK_JUMPED,
        Fault.OUTCOME_UNKNOWN,
        Fault.INTERNAL_ERROR,
        Fault.STORE_UNREACHABLE,
        Fault.LEASE_LOST,
    }
)


class LedgerFault(Exception):
    """A fault with its details.

    `fault` is the stable code; `details` are short texts (never a secret, never a person's data) that complete the
    sentence in `ledger.words` and travel to the caller as they are.
    """

    def __init__(self, fault: Fault, **details: str | int) -> None:
        self.fault = fault
        self.details: dict[str, str] = {name: str(value) for name, value in details.items()}
        told = ", ".join(f"{name}={value}" for name, value in self.details.items())
        super().__init__(f"{fault.value}: {told}" if told else fault.value)


class BrokenPromise(RuntimeError):
    """A bug in this software: something that the code promises itself did not hold. Never the caller's doing."""


def require(condition: object, promise: str) -> None:
    """Stop what is being done unless `condition` holds. Unlike `assert` it survives `python -O`.

    Raises:
        BrokenPromise: naming the `promise` that did not hold.
    """
    if not condition:
        raise BrokenPromise(promise)
