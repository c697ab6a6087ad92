"""Receipts: what is proven, by whom, and what is not."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "receipt.genuine": ("The receipt is genuine", "Stakabadhi ni halali"),
    "receipt.not_genuine": ("The receipt is NOT genuine", "Stakabadhi SI halali"),
    "receipt.paid": (
        "{amount} from {payer} to {payee}, {moment}",
        "{amount} kutoka {payer} kwenda {payee}, {moment}",
    ),
    "receipt.refused": ("The order was refused: {reason}", "Agizo lilikataliwa: {reason}"),
    "receipt.signed_by": (
        "signed by the ledger's key {key}",
        "imesainiwa na funguo ya daftari {key}",
    ),
    "receipt.included": (
        "entry {record} of the log with {size} entries (proof: {hashes} hashes)",
        "ingizo {record} la daftari lenye maingizo {size} (uthibitisho: hashi {hashes})",
    ),
    "receipt.saved": ("The receipt is in {path}", "Stakabadhi imehifadhiwa: {path}"),
    "receipt.offline": (
        "No network was needed for this check.",
        "Uhakiki huu haukuhitaji mtandao.",
    ),
    "fault.receipt_unreadable": (
        "This file is not a receipt:\n{path}",
        "Faili hili si stakabadhi:\n{path}",
    ),
    "fault.receipt_unreadable.next": (
        "pochi receipt save ORDER, then verify that file",
        "pochi stakabadhi hifadhi AGIZO, kisha hakiki faili hilo",
    ),
    "fault.receipt_invalid": (
        "The receipt is NOT genuine: {why}",
        "Stakabadhi SI halali: {why}",
    ),
    "fault.receipt_invalid.next": (
        "do not accept it as proof of payment",
        "usiikubali kama uthibitisho wa malipo",
    ),
    # Why a receipt is not genuine.
    "receipt.why_signature": (
        "the checkpoint is not signed by this ledger",
        "muhuri haukusainiwa na daftari hili",
    ),
    "receipt.why_log_key": (
        "this wallet knows no log key that signed it (to ask: pochi doctor)",
        "pochi haijui ufunguo wa kumbukumbu ulioisaini (kuuliza: pochi doctor)",
    ),
    "receipt.why_proof": (
        "the record is not in the log that was signed",
        "rekodi haimo kwenye daftari lililosainiwa",
    ),
    "receipt.why_order": (
        "the payer's signature does not fit the order",
        "saini ya mlipaji haiendani na agizo",
    ),
    "receipt.why_ledger": (
        "it was given by another ledger",
        "imetolewa na daftari jingine",
    ),
}
