"""Every sentence of the operator's command, in both languages, from this one place."""

from __future__ import annotations

from ledger.words.languages import Language

RUN_READY_EN = """\
✓ The sandbox is served on {url}   (Ctrl-C stops; the data stays)
  The institution's page: {page}
  Both wallets open with the passphrase: {passphrase}
In another terminal, type:
"""
RUN_READY_SW = """\
✓ Leja ya majaribio ipo {url}   (Ctrl-C husimamisha; data inabaki)
  Ukurasa wa taasisi: {page}
  Nenosiri la pochi zote mbili: {passphrase}
Kwenye terminali nyingine, andika:
"""

VERIFY_DONE_EN = """\
✓ {records} records: every signature and decision holds, and the checkpoint was signed over them.
  Ledger   {ledger}
  Size     {records}
  Root     {root}"""
VERIFY_DONE_SW = """\
✓ Rekodi {records}: kila saini na uamuzi ni sahihi, na alama ya ukaguzi ilisainiwa juu yake.
  Leja     {ledger}
  Ukubwa   {records}
  Mzizi    {root}"""

SENTENCES: dict[str, tuple[str, str]] = {
    "help_daftari": (
        "The operator's command of Daftari, the digital-money ledger.",
        "Amri ya mwendeshaji wa Daftari, leja ya fedha za kidijiti.",
    ),
    "help_database": ("Where the ledger is stored.", "Mahali leja inapohifadhiwa."),
    "help_keys": ("The folder of the operator's private keys.", "Folda ya funguo binafsi za mwendeshaji."),
    "help_init": ("Make a new ledger.", "Tengeneza leja mpya."),
    "help_sandbox": (
        "A test ledger with its own role keys.",
        "Leja ya majaribio yenye funguo zake za majukumu.",
    ),
    "help_genesis": (
        "A genesis document (JSON, public keys only).",
        "Hati ya mwanzo (JSON, funguo za umma tu).",
    ),
    "init_one_of": (
        "Give either --sandbox or --genesis FILE.",
        "Taja --sandbox au --genesis FAILI, kimoja tu.",
    ),
    "init_done": ("✓ A new ledger: {ledger}", "✓ Leja mpya: {ledger}"),
    "help_migrate": (
        "Bring the tables to this software's version.",
        "Leta jedwali kwenye toleo la programu hii.",
    ),
    "migrate_done": ("✓ The tables are up to date.", "✓ Jedwali zimesasishwa."),
    "help_serve": ("Serve the ledger until Ctrl-C.", "Endesha leja hadi Ctrl-C."),
    "help_workers": ("API worker processes.", "Michakato ya API."),
    "help_threads": ("Request threads per worker.", "Nyuzi za maombi kwa kila mchakato."),
    "help_metrics_port": (
        "Port of /metrics on 127.0.0.1; 0 for none.",
        "Lango la /metrics kwenye 127.0.0.1; 0 kama hakuna.",
    ),
    "serving": ("✓ Serving. Ctrl-C stops.", "✓ Leja inaendeshwa. Ctrl-C husimamisha."),
    "help_run": (
        "Serve the sandbox under var/, made and seeded if it is not there.",
        "Endesha leja ya majaribio iliyo var/; itatengenezwa kama haipo.",
    ),
    "run_ready": (RUN_READY_EN, RUN_READY_SW),
    "help_audit": (
        "Recompute everything stored from the records alone.",
        "Kokotoa upya kila kilichohifadhiwa kutoka kwenye rekodi pekee.",
    ),
    "help_checkpoint": (
        "A checkpoint kept outside, which this history must contain.",
        "Alama ya ukaguzi iliyotunzwa nje, ambayo historia hii lazima iwe nayo.",
    ),
    "example": ("Example:", "Mfano:"),
    "help_export": (
        "Write the audited books down for others to check: the log itself, or a journal for hledger or Beancount.",
        "Andika vitabu vilivyokaguliwa ili wengine wavihakiki: kumbukumbu yenyewe, au jarida la hledger au Beancount.",
    ),
    "help_export_format": ("What to write.", "Kitakachoandikwa."),
    "help_export_to": (
        "The file to write, whole or not at all. Default: standard output.",
        "Faili la kuandika, lote au lisiandikwe. Kawaida: tokeo la kawaida.",
    ),
    "export_done": (
        "✓ {path}: {records} records, audited while they were written.",
        "✓ {path}: rekodi {records}, zilizokaguliwa zikiandikwa.",
    ),
    "help_verify": (
        "Check an exported log (jsonl) with nothing but the file.",
        "Hakiki kumbukumbu iliyotolewa (jsonl) kwa faili hilo peke yake.",
    ),
    "verify_done": (VERIFY_DONE_EN, VERIFY_DONE_SW),
    "verify_unheld": (
        "! No checkpoint from outside was given: nothing says that this is the whole history, or the ledger you mean.",
        "! Hakuna alama ya ukaguzi kutoka nje: hakuna kinachosema kuwa hii ni historia yote, au ndiyo leja unayoitaka.",
    ),
    "audit_done": (
        "✓ {records} records and {accounts} accounts: every signature, decision, balance and proof holds.",
        "✓ Rekodi {records} na akaunti {accounts}: kila saini, uamuzi, salio na uthibitisho ni sahihi.",
    ),
    "help_trial_balance": ("The books by account class.", "Urari wa majaribio kwa aina ya akaunti."),
    "trial_balance_head": (
        "     class          accounts                    debits                   credits",
        "     aina            akaunti                    debiti                   krediti",
    ),
    "books_balance": ("✓ Debits equal credits.", "✓ Debiti ni sawa na krediti."),
    "books_differ": ("✗ Debits differ from credits.", "✗ Debiti si sawa na krediti."),
    "help_checkpoint_command": ("Print the newest checkpoint.", "Chapisha alama ya ukaguzi ya karibuni."),
}


def say(key: str, language: Language, **values: str) -> str:
    """The sentence in this language, with its places filled."""
    english, swahili = SENTENCES[key]
    return (swahili if language == "sw" else english).format(**values)
