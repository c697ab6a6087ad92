"""English: per refusal reason and per fault a title, and what to do next. `{name}` takes the detail of that name."""

from __future__ import annotations

from ledger.faults import Fault
from ledger.refusals import Reason

REASONS: dict[Reason, tuple[str, str]] = {
    Reason.ORDER_EXPIRED: (
        "The order came too late.",
        "It had expired before the ledger saw it. Make and sign a new one.",
    ),
    Reason.RULES_NOT_ADOPTED: (
        "This ledger has not adopted the rules for this yet.",
        "It needs version {needed} of the rules. Try again when the authority has adopted it.",
    ),
    Reason.KEY_REVOKED: ("This key has been revoked.", "Sign with another key of yours."),
    Reason.SCOPE_INSUFFICIENT: (
        "This key may not do that.",
        "Sign with a key whose scope allows it: money needs a key of scope 'all'.",
    ),
    Reason.ROLE_INSUFFICIENT: ("You do not have the role for this.", "Ask the party that has it."),
    Reason.KEY_ALREADY_REGISTERED: ("This key is registered already.", "Use it as it is, or make a new key."),
    Reason.HOLDERS_MAX_REACHED: (
        "The pilot is full.",
        "It takes {holders_max} participants. Try again when the bound has been raised.",
    ),
    Reason.PARTY_UNKNOWN: ("There is no such participant.", "Check the participant's id."),
    Reason.ROLE_ALREADY_HELD: ("The participant has this role already.", "There is nothing left to do."),
    Reason.ROLE_YOUR_OWN: (
        "Nobody takes a role from themselves.",
        "Let another authority do it, so that one always remains.",
    ),
    Reason.ROLE_NOT_HELD: ("The participant does not have this role.", "There is nothing left to do."),
    Reason.KEY_UNKNOWN: ("There is no such key.", "List your keys and check the key id."),
    Reason.KEY_NOT_YOURS: ("This key belongs to somebody else.", "List your keys and choose one of them."),
    Reason.KEY_ALREADY_REVOKED: ("This key was revoked before.", "There is nothing left to do."),
    Reason.LAST_KEY: (
        "This is your last full key.",
        "Add another key of scope 'all' first, then revoke this one.",
    ),
    Reason.RULES_NOT_NEWER: (
        "These rules are not newer than those in force.",
        "Version {rules} is in force. Adopt a later one.",
    ),
    Reason.LOG_KEY_IN_USE: (
        "This key signs or signed this log already.",
        "Make a new key for the log.",
    ),
    Reason.ENDORSEMENT_INVALID: (
        "The log key in force does not vouch for the new one.",
        "Let it sign the endorsement for this very order.",
    ),
    Reason.DATE_IN_FUTURE: (
        "This date is still to come.",
        "State the balance of a day that has begun: {today} at the latest.",
    ),
    Reason.BILL_UNKNOWN: ("There is no such bill.", "Check the control number on the bill."),
    Reason.BILL_NOT_YOURS: (
        "This bill belongs to another institution.",
        "Approve bills of your own institution.",
    ),
    Reason.CONTROL_NUMBER_NOT_REUSABLE: (
        "That bill does not lend its control number.",
        "Leave out 'reuse', and the bill gets a number of its own.",
    ),
    Reason.CONTROL_NUMBER_IN_USE: (
        "The bill with that control number can still be paid.",
        "Wait until it is paid, cancelled or expired, or leave out 'reuse'.",
    ),
    Reason.CHANGE_UNKNOWN: (
        "No such change of this bill waits for approval.",
        "See what its maker asked last, and approve that.",
    ),
    Reason.CHANGE_PENDING: (
        "The maker asked to change this bill.",
        "Approve the change {change} with it, or ask the maker to cancel the bill.",
    ),
    Reason.BILL_ALREADY_APPROVED: (
        "This bill is approved already.",
        "Its control number is {control_number}.",
    ),
    Reason.APPROVER_IS_MAKER: (
        "Whoever raised a bill cannot approve it.",
        "Let another person approve it with a key of scope 'check'.",
    ),
    Reason.SERVICE_UNKNOWN: ("Your institution has no such service.", "Check the service code."),
    Reason.BILL_ID_IN_USE: ("Your bill {bill_id} exists already.", "Give the new bill a number of its own."),
    Reason.PROVIDER_RECEIPT_IN_USE: (
        "This receipt number of yours stands for another payment.",
        "It paid by the order {order}: read that outcome and do not pay again.",
    ),
    Reason.BULK_LINE_KNOWN: (
        "A line of this bulk is approved already.",
        "Approve only lines that are new.",
    ),
    Reason.BULK_DIFFERS: (
        "This bill does not fit what was approved in bulk.",
        "{lines} lines are left, which come to {left}.",
    ),
    Reason.BILL_CANCELLED: (
        "This bill was cancelled.",
        "Ask the institution for a new bill.",
    ),
    Reason.BILL_PAID: ("This bill is paid.", "There is nothing left to pay."),
    Reason.BILL_REFUNDED: (
        "This bill was paid, and the money was given back.",
        "Ask the institution for a new bill.",
    ),
    Reason.BILL_PART_PAID: (
        "Part of this bill is paid.",
        "Refund that first.",
    ),
    Reason.BILL_REPLACED: (
        "The control number of this bill stands for a later bill now.",
        "Raise a new bill.",
    ),
    Reason.BILL_EXPIRED: ("The time to pay this bill is over.", "Ask the institution for a new bill."),
    Reason.ITEMS_DIFFER: (
        "The items do not come to the amount of the bill.",
        "State items that do.",
    ),
    Reason.ENTRY_UNKNOWN: ("There is no such payment or entry.", "Check the order id of the entry."),
    Reason.ENTRY_NOT_REFUNDABLE: (
        "Only a payment can be refunded.",
        "Name the id of the payment itself, not of an issue, a redemption, a refund or a reversal.",
    ),
    Reason.ENTRY_NOT_REVERSIBLE: (
        "A reversal cannot be reversed.",
        "Let the parties make the payment again.",
    ),
    Reason.ENTRY_REVERSED: (
        "This entry was reversed.",
        "The money went back then. There is nothing left to do.",
    ),
    Reason.ENTRY_REFUNDED: (
        "Part of this payment was given back already.",
        "Let the payee refund the rest, or reverse the refunds first.",
    ),
    Reason.BILL_OVERPAID: (
        "With that the bill would have collected more than it asks.",
        "The bill was paid again, changed or cancelled since: refund that first.",
    ),
    Reason.REFUND_NOT_FROM_PAYEE: (
        "This account did not receive that payment.",
        "Refund from the account that the payment came to.",
    ),
    Reason.ACCOUNT_UNKNOWN: ("There is no such account.", "Check the account's address."),
    Reason.ACCOUNT_NOT_YOURS: ("This account is not yours.", "Name an account of your own."),
    Reason.ACCOUNT_RESERVED: ("The ledger itself needs this account.", "Name another account."),
    Reason.ACCOUNT_CLASS_NOT_ALLOWED: (
        "Only an institution can have this kind of account.",
        "Open an account of class 'wallet'.",
    ),
    Reason.FREEZE_UNKNOWN: (
        "There is no such freeze on this account.",
        "Check the id of the order that froze it.",
    ),
    Reason.FREEZE_LIFTED: ("This freeze was lifted before.", "There is nothing left to do."),
    Reason.FREEZE_EXPIRED: ("This freeze would have ended already.", "Give it a later end, or none."),
    Reason.PAYER_UNKNOWN: ("The paying account does not exist.", "Check the address of your account."),
    Reason.PAYER_NOT_YOURS: ("The paying account is not yours.", "Pay from an account of your own."),
    Reason.PAYER_NOT_DISTRIBUTION: (
        "Only money in a distribution account can be redeemed.",
        "Redeem from a distribution account of your own; a wallet pays a distributor instead.",
    ),
    Reason.PAYEE_UNKNOWN: ("The receiving account does not exist.", "Ask the payee for the address again."),
    Reason.PAYEE_NOT_YOURS: (
        "The receiving account is not your institution's.",
        "Name an account of your own.",
    ),
    Reason.PAYEE_NOT_PAYABLE: ("This account cannot receive that.", "Ask the payee for another account."),
    Reason.PAYER_IS_PAYEE: ("You cannot pay yourself.", "Name another receiving account."),
    Reason.CURRENCY_DIFFERS: ("The accounts have another currency.", "Pay in the currency of both accounts."),
    Reason.ACCOUNT_CLOSED: ("This account is closed.", "A closed account stays closed. Use another one."),
    Reason.ACCOUNT_FROZEN: (
        "This account is frozen.",
        "It must be free first: ask the authority that froze it ({order_number}).",
    ),
    Reason.PAYER_CLOSED: ("The paying account is closed.", "Pay from another account of yours."),
    Reason.PAYER_FROZEN: (
        "The paying account is frozen.",
        "See the account for the order behind it, and ask the authority that it names.",
    ),
    Reason.PAYEE_CLOSED: ("The receiving account is closed.", "Ask the payee for another account."),
    Reason.PAYEE_FROZEN: (
        "The receiving account cannot take money now.",
        "Ask the payee for another account.",
    ),
    Reason.ACCOUNT_NOT_EMPTY: ("There is still money in this account.", "Move {balance} elsewhere first."),
    Reason.AMOUNT_DIFFERS: ("The bill asks for another amount.", "Pay exactly {outstanding}."),
    Reason.AMOUNT_TOO_LITTLE: (
        "The amount is too little for this bill.",
        "Pay at least {least}; {outstanding} is outstanding.",
    ),
    Reason.AMOUNT_TOO_MUCH: (
        "The amount is more than this bill asks.",
        "Pay at most {outstanding}.",
    ),
    Reason.REFUND_EXCEEDS_PAYMENT: (
        "That is more than this payment still holds.",
        "At most {refundable} can be given back.",
    ),
    Reason.SUPPLY_MAX_EXCEEDED: ("That is more money than may circulate.", "The bound is {supply_max}."),
    Reason.INSUFFICIENT_FUNDS: ("The balance is too low.", "This needs {needed}. Add money, or pay less."),
    Reason.COUNTER_FULL: (
        "This account has reached the largest sum that can be counted.",
        "Use another account.",
    ),
}

FAULTS: dict[Fault, tuple[str, str]] = {
    Fault.MALFORMED: (
        "This is not in the form that the ledger reads.",
        "What is wrong: {what}. See the order format in the documentation.",
    ),
    Fault.TOO_LARGE: ("This is too large.", "At most {bytes_max} bytes are taken."),
    Fault.UNSUPPORTED_MEDIA_TYPE: (
        "This kind of content is not taken here.",
        "Send one order as application/jose, or several as application/json, without compression.",
    ),
    Fault.OTHER_LEDGER: ("This order is for another ledger.", "Sign it for the ledger {ledger}."),
    Fault.CLOCK_AHEAD: (
        "Your clock is ahead of the ledger's.",
        "Set your clock right, or wait, and send it again.",
    ),
    Fault.ID_IN_USE: (
        "This order id stands for another order.",
        "Choose a new id. Send the same id again only with the very same bytes.",
    ),
    Fault.ALIAS_TAKEN: (
        "Somebody else has given this ({kind}) as theirs.",
        "Check what you typed. If it is yours, turn to the registrar.",
    ),
    Fault.UNKNOWN_KEY: (
        "The ledger does not know this key.",
        "Register the key first, or sign with one it knows.",
    ),
    Fault.KEY_UNACCEPTABLE: ("This key cannot be registered.", "Make a new key ({why})."),
    Fault.SIGNATURE_INVALID: (
        "The signature does not hold.",
        "Sign the exact bytes with the key that 'kid' names.",
    ),
    Fault.POSSESSION_INVALID: (
        "Nothing proves that the new key is held by its owner.",
        "Let the new key sign a fresh proof for this very order ({why}).",
    ),
    Fault.CALLER_UNKNOWN: (
        "Say who you are.",
        "Send a caller token signed by a registered key: Authorization: Bearer.",
    ),
    Fault.CALLER_TOKEN_INVALID: ("This caller token does not hold.", "Make a fresh one ({what})."),
    Fault.NOT_FOUND: (
        "There is nothing here for you.",
        "Check the address and that the key you use may see it.",
    ),
    Fault.METHOD_NOT_ALLOWED: ("This method does not exist here.", "See the documentation of this path."),
    Fault.QUERY_INVALID: ("The query cannot be understood.", "Correct the parameter {parameter}."),
    Fault.AS_OF_AHEAD: (
        "Nothing can be said of that time yet.",
        "Ask for {latest} or earlier, or leave {parameter} out for now.",
    ),
    Fault.CURSOR_INVALID: (
        "No page ended at this place.",
        "Follow the Link of a page as it is, or begin again without {parameter}.",
    ),
    Fault.PERIOD_TOO_LONG: (
        "This period has too many entries for one statement.",
        "At most {entries_max}. Ask for shorter periods, or for the pages of /entries.",
    ),
    Fault.PROOF_INVALID: (
        "The proof does not hold.",
        "Do not trust it ({what}). Ask the ledger for it again.",
    ),
    Fault.TOO_MANY_REQUESTS: (
        "Too many requests.",
        "Wait {retry_after_seconds} s, then send the same bytes again.",
    ),
    Fault.BUSY: ("The ledger is busy.", "Send the same bytes again in a moment."),
    Fault.NOT_TAKEN: (
        "The ledger did not take this now.",
        "Nothing was recorded. Send the same bytes again.",
    ),
    Fault.LOG_KEY_MISSING: (
        "The ledger's machine does not hold this log key.",
        "Put its private key into the keys folder, then send the same bytes again.",
    ),
    Fault.CLOCK_JUMPED: (
        "The ledger's clock has jumped.",
        "Nothing was recorded. Send the same bytes again later.",
    ),
    Fault.OUTCOME_UNKNOWN: (
        "The answer was lost; the order may be recorded.",
        "Send the same bytes again: that cannot pay twice.",
    ),
    Fault.INTERNAL_ERROR: (
        "The ledger met an error of its own.",
        "Nothing was recorded. Tell the operator the request id.",
    ),
    Fault.STORE_UNREACHABLE: (
        "The database cannot be reached.",
        "Check that it runs and that its address is right.",
    ),
    Fault.STORE_EMPTY: ("There is no ledger in this database.", "Make one with: daftari init."),
    Fault.STORE_NOT_DURABLE: (
        "This database can lose what it confirmed.",
        "Set {setting} right (it is {value}) and start again.",
    ),
    Fault.SCHEMA_FOREIGN: (
        "The tables are of another version.",
        "Found {found}, expected {expected}. Run: daftari migrate, or use the software that fits.",
    ),
    Fault.LOG_HEAD_WRONG: (
        "The head of the log does not fit its records.",
        "Do not serve it ({what}). Run: daftari audit, and restore a backup.",
    ),
    Fault.BOOKS_UNBALANCED: (
        "The books do not balance.",
        "Do not serve them ({currency}). Run: daftari audit, and restore a backup.",
    ),
    Fault.RECORD_WRONG: (
        "Record {sequence} is wrong.",
        "It is not what was signed and decided ({what}). Restore a backup; compare it with a checkpoint held outside.",
    ),
    Fault.PROJECTION_WRONG: (
        "A stored row differs from what record {sequence} says.",
        "Table {table}, key {key}. Restore a backup and compare it with a checkpoint held outside.",
    ),
    Fault.GENESIS_INVALID: ("The genesis document cannot be used.", "Correct it: {what}."),
    Fault.FILE_UNUSABLE: (
        "The file {path} cannot be used.",
        "Reason: {why}. Nothing of it was changed; name another file, or make room and try again.",
    ),
    Fault.LINE_WRONG: (
        "Line {line} of this log is wrong.",
        "It is not what was signed and decided ({what}). Ask for the log anew, and keep this file as evidence.",
    ),
    Fault.KEY_FILE_INVALID: (
        "The key file {path} cannot be used.",
        "Reason: {why}. Restore it from your backup.",
    ),
    Fault.KEY_FILE_MISSING: (
        "There is no key {name} in {folder}.",
        "Run: daftari keys list, to see those that there are; or name another folder with --keys.",
    ),
    Fault.PORT_IN_USE: (
        "Port {port} is in use.",
        "Stop what uses it, or take another one: daftari {command} {option} {other}.",
    ),
    Fault.COPY_OLDER: (
        "This copy is older than the checkpoint held outside.",
        "{missing} records are missing ({size} of {outside}). Use a newer copy; this one is not the whole history.",
    ),
    Fault.ANOTHER_HISTORY: (
        "This is another history than the one of the checkpoint held outside.",
        "The checkpoint is not of this log ({what}). See that it is the right file; if it is, keep both as evidence.",
    ),
    Fault.ALREADY_RUNNING: (
        "This ledger is being served already ({run_dir}).",
        "Only one may write. Stop the other one, here or on another machine; then try again.",
    ),
    Fault.ALREADY_EXISTS: (
        "{path} is there already.",
        "Nothing was changed. Choose another place, or use what is there.",
    ),
    Fault.LEASE_LOST: (
        "Another sequencer writes this ledger.",
        "Nothing was recorded. Send the same bytes again in a moment.",
    ),
    Fault.BACKUP_INVALID: (
        "This is not a whole backup of a ledger.",
        "Nothing was changed ({what}). Copy it again from where it is kept, or use another backup.",
    ),
    Fault.BACKUP_OLDER: (
        "The backup is older than the checkpoint held outside.",
        "{missing} records would be missing ({size} of {outside}). Use a newer backup, or say --accept-older.",
    ),
    Fault.STORE_FORBIDDEN: (
        "This database role may not do that.",
        "Use the role that may ({database}): the owner migrates and grants, the writer serves, the reader reads.",
    ),
}
