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

SEEDING_REFUSED_EN = """\
! No new wallet or bill was made, since pochi said: {why}
✓ The ledger is served on {url} all the same; daftari serve does that and makes nothing."""
SEEDING_REFUSED_SW = """\
! Hakuna pochi wala ankara mpya iliyotengenezwa, kwa kuwa pochi ilisema: {why}
✓ Leja inaendeshwa hata hivyo kwenye {url}; daftari serve huiendesha bila kutengeneza kitu."""

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
    "example": ("Example:", "Mfano:"),
    "help_log_format": (
        "Logs on stderr: text or json. Default: text at a terminal, json elsewhere.",
        "Kumbukumbu kwenye stderr: text au json. Kawaida: text kwenye terminali, json kwingineko.",
    ),
    "help_reader_database": (
        "The same database for the API, by a role that only reads. Default: --database.",
        "Hifadhidata ileile kwa ajili ya API, kwa mtumiaji anayesoma tu. Kawaida: --database.",
    ),
    "help_run_dir": (
        "The folder of the running server's lock and socket.",
        "Folda ya kufuli na soketi ya seva inayoendeshwa.",
    ),
    "help_host": ("The address to listen on.", "Anwani ya kusikiliza."),
    "help_port": ("The port to listen on.", "Lango la kusikiliza."),
    "help_pace": ("Orders a second that one key may send.", "Maagizo kwa sekunde kutoka ufunguo mmoja."),
    "help_burst": ("Orders that one key may send at once.", "Maagizo ya mara moja kutoka ufunguo mmoja."),
    "help_json": ("As JSON.", "Kama JSON."),
    "help_tls_certificate": (
        "Serve HTTPS with this certificate and its chain (PEM).",
        "Toa HTTPS kwa cheti hiki na mnyororo wake (PEM).",
    ),
    "help_tls_key": ("The certificate's private key (PEM).", "Ufunguo binafsi wa cheti (PEM)."),
    "tls_both": (
        "Give --tls-certificate and --tls-key together.",
        "Taja --tls-certificate na --tls-key pamoja.",
    ),
    "help_template": (
        "Print a genesis document to edit: your log key, and a place for each role's public key.",
        "Chapisha hati ya mwanzo ya kuhariri: ufunguo wako wa kumbukumbu, na nafasi ya ufunguo wa kila jukumu.",
    ),
    "help_public_keys": (
        "With --template: a folder of ROLE.json, the public keys that the roles sent.",
        "Pamoja na --template: folda yenye JUKUMU.json, funguo za umma zilizotumwa na wenye majukumu.",
    ),
    "help_keys_group": (
        "The operator's keys. Only public parts are shown.",
        "Funguo za mwendeshaji. Sehemu za umma tu huonyeshwa.",
    ),
    "help_keys_new": (
        "Make an Ed25519 key (named directory: the one that seals people's data), never over another.",
        "Tengeneza ufunguo wa Ed25519 (uitwao directory: unaofunga taarifa za watu), si juu ya mwingine.",
    ),
    "keys_new_done": (
        "✓ {path}\n  key id {kid}\n  Keep a copy of the file in a safe; nothing can make it again.",
        "✓ {path}\n  utambulisho {kid}\n  Tunza nakala ya faili kwenye sefu; hakuna kinachoweza kuutengeneza upya.",
    ),
    "help_keys_list": (
        "List the keys by name, with what the ledger knows each for.",
        "Orodhesha funguo kwa jina, na leja inautambua kila mmoja kwa lipi.",
    ),
    "keys_role_log": ("signs the log", "husaini kumbukumbu"),
    "keys_role_log_before": (
        "signed the log, until it handed over",
        "ulisaini kumbukumbu, kabla ya kukabidhi",
    ),
    "help_keys_hand_over": (
        "Write the order by which a new log key takes over; an authority has to sign it.",
        "Andika agizo ambalo kwalo ufunguo mpya unapokea kumbukumbu; mamlaka lazima ilisaini.",
    ),
    "help_authority": (
        "The public key of the authority that will sign (daftari keys show).",
        "Ufunguo wa umma wa mamlaka itakayosaini (daftari keys show).",
    ),
    "hand_over_name": (
        "The name of a new log key begins with log-.",
        "Jina la ufunguo mpya wa kumbukumbu huanza na log-.",
    ),
    "hand_over_next": (
        "Key {kid} takes over when an authority has signed this and it was sent, by {expires}.",
        "Ufunguo {kid} utapokea mamlaka ikishasaini na agizo kutumwa, kabla ya {expires}.",
    ),
    "help_keys_sign": (
        "Sign such an order where the authority's key is, and send it. No other kind is signed here.",
        "Saini agizo hilo palipo na ufunguo wa mamlaka, na ulitume. Aina nyingine haisainiwi hapa.",
    ),
    "help_ledger": ("Where the ledger is served, to send it to.", "Leja inapopatikana, ili kuituma."),
    "help_as": ("The name of the authority's key.", "Jina la ufunguo wa mamlaka."),
    "sign_what": (
        "✓ Key {kid} signs the log of {ledger} from now on.",
        "✓ Ufunguo {kid} unasaini kumbukumbu ya {ledger} kuanzia sasa.",
    ),
    "keys_role_directory": ("seals people's data", "hufunga taarifa za watu"),
    "keys_role_notice": ("signs payment notices", "husaini arifa za malipo"),
    "keys_role_none": ("not in this ledger", "haumo kwenye leja hii"),
    "keys_role_unknown": ("no ledger to ask", "hakuna leja ya kuuliza"),
    "keys_revoked": ("revoked", "umefutwa"),
    "keys_none": ("There are no keys in {folder}.", "Hakuna funguo kwenye {folder}."),
    "help_keys_show": (
        "Print the public key as a JSON Web Key, as a genesis document wants it.",
        "Chapisha ufunguo wa umma kama JSON Web Key, kama hati ya mwanzo inavyoutaka.",
    ),
    "key_name_form": (
        "A name begins with a letter: a-z, 0-9 and -, at most 32.",
        "Jina huanza na herufi: a-z, 0-9 na -, zisizozidi 32.",
    ),
    "help_notify": (
        "Deliver the notices of payments to the webhooks of institutions. daftari serve does it by itself.",
        "Fikisha arifa za malipo kwa webhook za taasisi. daftari serve hufanya hivyo yenyewe.",
    ),
    "help_notify_apart": (
        "Deliver no notices: daftari notify does it.",
        "Usifikishe arifa za malipo: daftari notify hufanya hivyo.",
    ),
    "help_roles": (
        "PostgreSQL: let one role write and one only read. Run it as the owner, again after each migrate.",
        "PostgreSQL: mruhusu mmoja kuandika na mmoja kusoma tu. Endesha kama mmiliki, tena baada ya kila migrate.",
    ),
    "help_writer": ("The role of --database in serve.", "Mtumiaji wa --database kwenye serve."),
    "help_reader": ("The role of --reader-database in serve.", "Mtumiaji wa --reader-database kwenye serve."),
    "roles_done": (
        "✓ {writer} adds and never changes a record; {reader} only reads.",
        "✓ {writer} huongeza na habadilishi rekodi kamwe; {reader} husoma tu.",
    ),
    "help_to": (
        "Write it to this file, never over another.",
        "Iandike kwenye faili hili, kamwe si juu ya jingine.",
    ),
    "checkpoint_done": (
        "✓ {path}: {size} records. Keep it where this machine's operator cannot change it.",
        "✓ {path}: rekodi {size}. Itunze mahali ambapo mwendeshaji wa mashine hii hawezi kuibadilisha.",
    ),
    "help_backup": (
        "Copy the whole ledger into a new folder, while it is served.",
        "Nakili leja yote kwenye folda mpya, ikiwa inaendelea kuendeshwa.",
    ),
    "backup_done": (
        "✓ {path}: {size} records of ledger {ledger}, as of {made_at}.",
        "✓ {path}: rekodi {size} za leja {ledger}, za {made_at}.",
    ),
    "backup_private": (
        "  It holds people's data, sealed: keep it as you keep the database. The keys are not in it.",
        "  Ina taarifa za watu zilizofungwa: itunze kama unavyotunza hifadhidata. Funguo hazimo.",
    ),
    "help_restore": (
        "Put a backup into an empty database and audit all of it.",
        "Rejesha nakala rudufu kwenye hifadhidata tupu na uikague yote.",
    ),
    "help_accept_older": (
        "Restore although the checkpoint held outside is newer; what is missing is told.",
        "Rejesha ingawa alama ya ukaguzi iliyo nje ni mpya zaidi; kinachokosekana hutajwa.",
    ),
    "help_receipts": (
        "A folder of receipts to look up in what was restored.",
        "Folda ya stakabadhi za kutafuta kwenye kilichorejeshwa.",
    ),
    "restore_done": (
        "✓ {records} records restored and audited: every signature, decision, balance and proof holds.",
        "✓ Rekodi {records} zimerejeshwa na kukaguliwa: kila saini, uamuzi, salio na uthibitisho ni sahihi.",
    ),
    "restore_unheld": (
        "! No checkpoint from outside was given: nothing says that this backup is the newest history.",
        "! Hakuna alama ya ukaguzi kutoka nje: hakuna kinachosema kuwa nakala hii ndiyo historia ya karibuni.",
    ),
    "restore_missing": (
        "! {missing} records after {size} are missing: wallets that saw them will rightly raise an alarm.",
        "! Rekodi {missing} baada ya {size} hazipo: pochi zilizoziona zitatoa tahadhari, nazo ni sahihi.",
    ),
    "receipts_held": (
        "✓ Receipts found in the ledger: {count}",
        "✓ Stakabadhi zilizomo kwenye leja: {count}",
    ),
    "receipt_missing": (
        "✗ {name}: its record is newer than this backup and is missing",
        "✗ {name}: rekodi yake ni mpya kuliko nakala hii, haipo",
    ),
    "receipt_differs": (
        "✗ {name}: the ledger has another record in its place",
        "✗ {name}: leja ina rekodi nyingine mahali pake",
    ),
    "receipt_unreadable": ("✗ {name}: this is no receipt", "✗ {name}: hii si stakabadhi"),
    "restore_may_serve": ("✓ It may be served.", "✓ Inaweza kuendeshwa."),
    "restore_may_serve_older": (
        "! It may be served once those who hold newer receipts have been told.",
        "! Inaweza kuendeshwa baada ya wenye stakabadhi mpya zaidi kuarifiwa.",
    ),
    "init_one_of": (
        "Give one of --sandbox, --genesis FILE and --template.",
        "Taja kimoja tu: --sandbox, --genesis FAILI au --template.",
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
    "help_trusted_proxy": (
        "An address or network whose X-Forwarded-For is believed; more than once if there are more.",
        "Anwani au mtandao ambao X-Forwarded-For yake inaaminiwa; rudia kama ni zaidi ya mmoja.",
    ),
    "help_limits_times": (
        "Widen the bounds per key and network address so many times, for load tests.",
        "Panua vikomo kwa kila ufunguo na anwani mara hizi, kwa majaribio ya mzigo.",
    ),
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
    "class_backing": ("backing", "dhamana"),
    "class_distribution": ("distribution", "usambazaji"),
    "class_wallet": ("wallet", "pochi"),
    "class_collection": ("collection", "makusanyo"),
    "books_balance": ("✓ Debits equal credits.", "✓ Debiti ni sawa na krediti."),
    "books_differ": ("✗ Debits differ from credits.", "✗ Debiti si sawa na krediti."),
    "seeding_refused": (SEEDING_REFUSED_EN, SEEDING_REFUSED_SW),
    "stopped": ("✓ Stopped. The data is in {where}.", "✓ Imesimama. Data imo kwenye {where}."),
    "cut_short": (
        "! Stopped before it was done; the next start takes it up again.",
        "! Imesimamishwa kabla ya kumaliza; ukianza tena itaendelea.",
    ),
    "help_checkpoint_command": ("Print the newest checkpoint.", "Chapisha alama ya ukaguzi ya karibuni."),
}


def say(key: str, language: Language, **values: str) -> str:
    """The sentence in this language, with its places filled."""
    english, swahili = SENTENCES[key]
    return (swahili if language == "sw" else english).format(**values)
