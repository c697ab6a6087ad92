"""`pochi verify-log`: what it says when the history only grew, and the alarm when it did not."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "help.verify-log": (
        "Prove that the ledger's history only grew.",
        "Thibitisha kuwa historia ya leja imeongezeka tu.",
    ),
    "verify_log.first": (
        "First look: the log has {size} entries, and this wallet remembers it now",
        "Mara ya kwanza: leja ina maingizo {size}; pochi hii itaikumbuka",
    ),
    "verify_log.grew": (
        "The log only grew: {before} entries when last seen, {size} now",
        "Leja imeongezeka tu: maingizo {before} mara ya mwisho, {size} sasa",
    ),
    "verify_log.saved": (
        "Saved receipts that are in it: {count}",
        "Stakabadhi zilizohifadhiwa zilizomo: {count}",
    ),
    "verify_log.fetched": (
        "Receipts of the account, fetched, in it and saved: {count}",
        "Stakabadhi za akaunti zilizochukuliwa, zilizomo, na kuhifadhiwa: {count}",
    ),
    "verify_log.account_not_asked": (
        "The account's own entries could not be asked for ({why})",
        "Maingizo ya akaunti hayakuweza kuulizwa ({why})",
    ),
    "fault.log_rolled_back": (
        "ALARM: the ledger has lost history: {before} entries before, {size} now.\nEvidence: {path}",
        "TAHADHARI: leja imepoteza historia: {before} kabla, {size} sasa.\nUshahidi: {path}",
    ),
    "fault.log_rolled_back.next": (
        "pay nothing here; take that file and your receipts to the supervisor",
        "usilipe hapa; mpelekee msimamizi faili hilo na stakabadhi zako",
    ),
    "fault.log_forked": (
        "ALARM: this is not the history of {before} entries signed before.\nEvidence: {path}",
        "TAHADHARI: hii si historia ya maingizo {before} iliyosainiwa kabla.\nUshahidi: {path}",
    ),
    "fault.log_forked.next": (
        "pay nothing here; take that file and your receipts to the supervisor",
        "usilipe hapa; mpelekee msimamizi faili hilo na stakabadhi zako",
    ),
    "fault.receipts_damaged": (
        "Files among your receipts that hold no genuine receipt: {count}, the first:\n{path}",
        "Faili zisizo stakabadhi halali kati ya stakabadhi zako: {count}, la kwanza:\n{path}",
    ),
    "fault.receipts_damaged.next": (
        "move it away; then: pochi receipt show ORDER, which fetches it anew",
        "lihamishe; kisha: pochi stakabadhi onesha AGIZO, itachukuliwa upya",
    ),
    "exit.history_changed": (
        "the ledger lost or changed history; evidence was kept",
        "leja imepoteza au kubadili historia; ushahidi umetunzwa",
    ),
}
