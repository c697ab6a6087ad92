"""Keys: listed, added, changed, revoked, backed up; and wallets that come back."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "label.algorithm": ("Algorithm", "Algorithimu"),
    "label.scopes": ("May", "Ruhusa"),
    "state.key_active": ("in force", "unatumika"),
    "state.key_revoked": ("revoked, log entry {record}", "umebatilishwa, ingizo {record}"),
    "key.reads_for": ("{name} (reads)", "{name} (kusoma)"),
    "key.made": (
        'The key {kid} is registered. It is the profile "{name}".',
        'Ufunguo {kid} umesajiliwa. Ni wasifu "{name}".',
    ),
    # rotate
    "key.rotate_told": (
        (
            "This wallet gets new keys and new recovery words; the key {kid} is revoked.\n"
            "Account, money and history stay as they are."
        ),
        (
            "Pochi hii itapata funguo mpya na maneno mapya; ufunguo {kid} utabatilishwa.\n"
            "Akaunti, fedha na miamala vinabaki vilivyo."
        ),
    ),
    "key.ask_rotate": ("Change the keys?", "Andika ndiyo kubadilisha funguo"),
    "key.rotation_resumed": (
        "Going on with the change of keys that was not finished.",
        "Tunaendelea kubadilisha funguo, kazi ambayo haikumalizika.",
    ),
    "key.rotated": ("Changed. The key is now {kid}", "Imekamilika. Ufunguo sasa ni {kid}"),
    "key.old_words": (
        (
            "The old recovery words and old backups open nothing any more:\n"
            "  pochi key backup FILE   makes a new backup"
        ),
        (
            "Maneno ya zamani na nakala za zamani hazifungui tena chochote:\n"
            "  pochi funguo nakili FAILI   hutengeneza nakala mpya"
        ),
    ),
    # revoke
    "key.revoke_told": (
        "The key {kid} (may: {scopes}) is ended for good. Nothing brings it back.",
        "Ufunguo {kid} (ruhusa: {scopes}) unabatilishwa kabisa. Haurudi tena.",
    ),
    "key.ask_revoke": ("Revoke it?", "Andika ndiyo kuubatilisha"),
    "key.revoked": ("The key {kid} is revoked.", "Ufunguo {kid} umebatilishwa."),
    # backup and restore
    "key.backup_passphrase": (
        "The passphrase of this key lies beside it, so the backup gets one of its own.",
        "Nenosiri la ufunguo huu liko kando yake, hivyo nakala itapata lake yenyewe.",
    ),
    "key.backed_up": (
        "Backed up, and opened once to be sure: {path}",
        "Nakala ipo, na imejaribiwa kufunguliwa: {path}",
    ),
    "key.backup_told": (
        (
            "Keep it on another machine, and the passphrase somewhere else.\n"
            "  Bring it back with: pochi key restore FILE"
        ),
        (
            "Ihifadhi kwenye mashine nyingine, na nenosiri mahali pengine.\n"
            "  Irejeshe kwa: pochi funguo rudisha FAILI"
        ),
    ),
    "restore.several": (
        "These words have {count} accounts:",
        "Maneno haya yana akaunti {count}:",
    ),
    "restore.account": ("  {number}  {address}   {amount}", "  {number}  {address}   {amount}"),
    "restore.ask_which": (
        "Which one? A number, or all:",
        "Ipi? Andika namba, au zote:",
    ),
    "restore.all_taken": ("All of them are restored.", "Zote zinarejeshwa."),
    "restore.beside": (
        'Also restored, as the profile "{name}": {address}',
        'Imerejeshwa pia, kama wasifu "{name}": {address}',
    ),
    # What goes wrong.
    "fault.account_choice": (
        '"{typed}" is none of them: 1 to {count}, or all.',
        '"{typed}" si mojawapo: 1 hadi {count}, au zote.',
    ),
    "fault.account_choice.next": ("run the same command again", "rudia amri ileile"),
    "fault.key_was_revoked": (
        "These words, or this backup, belong to a key that was revoked.",
        "Maneno haya, au nakala hii, ni ya ufunguo uliobatilishwa.",
    ),
    "fault.key_was_revoked.next": (
        "use the words or the backup that you made when you changed the keys",
        "tumia maneno au nakala uliyotengeneza ulipobadilisha funguo",
    ),
    "fault.key_unfinished": (
        'The profile "{name}" is one more key of a wallet, begun and not finished.',
        'Wasifu "{name}" ni ufunguo wa ziada wa pochi, ulioanzishwa na haukumalizika.',
    ),
    "fault.key_unfinished.next": ("pochi key new {name}", "pochi funguo mpya {name}"),
    "fault.scopes_all": (
        "The scope all holds every other one already.",
        "Ruhusa ya all inajumuisha nyingine zote tayari.",
    ),
    "fault.scopes_all.next": ("give --scope all alone", "weka --scope all peke yake"),
    "fault.key_not_full": (
        "This wallet's key may not change keys: its scope is not all.",
        "Ufunguo wa pochi hii hauruhusiwi kubadilisha funguo: ruhusa yake si all.",
    ),
    "fault.key_not_full.next": (
        "use the profile whose key may do everything: pochi key list",
        "tumia wasifu wenye ufunguo unaoruhusiwa yote: pochi funguo orodha",
    ),
    "fault.key_not_taken": (
        "The ledger does not list the new key as a full one. The old key stays.",
        "Leja haioneshi ufunguo mpya kuwa kamili. Ufunguo wa zamani unabaki.",
    ),
    "fault.key_not_taken.next": (
        "pochi doctor, then the same command again",
        "pochi kagua, kisha amri ileile tena",
    ),
    "fault.key_unknown_here": (
        '"{named}" is none of your keys, or fits several.',
        '"{named}" si ufunguo wako, au inalingana na funguo kadhaa.',
    ),
    "fault.key_unknown_here.next": (
        "pochi key list; write at least six characters of it",
        "pochi funguo orodha; andika angalau herufi sita zake",
    ),
    "fault.key_in_use": (
        "This wallet signs or reads with that very key.",
        "Pochi hii inasaini au inasoma kwa ufunguo huohuo.",
    ),
    "fault.key_in_use.next": (
        "pochi key rotate   (new keys first, then an end to these)",
        "pochi funguo badilisha   (funguo mpya kwanza, kisha mwisho wa hizi)",
    ),
    "fault.key_last": (
        "That is your last full key. Without it nobody could move your money again.",
        "Huo ni ufunguo wako kamili wa mwisho. Bila huo fedha zako hazitahama tena.",
    ),
    "fault.key_last.next": (
        "pochi key new NAME first, or: pochi key rotate",
        "kwanza pochi funguo mpya JINA, au: pochi funguo badilisha",
    ),
    "fault.file_unreadable_here": (
        "This file of the wallet cannot be read:\n{path}",
        "Faili hili la pochi halisomeki:\n{path}",
    ),
    "fault.file_unreadable_here.next": (
        "put it back from a copy, or ask for help before you go on",
        "lirudishe kutoka nakala, au omba msaada kabla ya kuendelea",
    ),
    "fault.backup_exists": (
        "There is a file of this name, and a backup never overwrites one:\n{path}",
        "Lipo faili la jina hili, na nakala haiandiki juu ya faili:\n{path}",
    ),
    "fault.backup_exists.next": ("name another file", "taja faili jingine"),
    "fault.backup_missing": ("This backup cannot be read:\n{path}", "Nakala hii haisomeki:\n{path}"),
    "fault.backup_missing.next": (
        "name the file that pochi key backup wrote",
        "taja faili lililoandikwa na pochi funguo nakili",
    ),
    "fault.backup_unreadable": (
        "This file is not a wallet's backup, or it was changed:\n{path}",
        "Faili hili si nakala ya pochi, au limebadilishwa:\n{path}",
    ),
    "fault.backup_unreadable.next": (
        "try another copy, or: pochi init --restore with your 24 words",
        "jaribu nakala nyingine, au: pochi anza --restore kwa maneno yako 24",
    ),
    # Help.
    "help.key": (
        "Your keys: list, back up, change, revoke.",
        "Funguo zako: orodha, nakala, badilisha, batilisha.",
    ),
    "help.key.list": ("List the keys of your account.", "Orodhesha funguo za akaunti yako."),
    "help.key.show": ("Show a key in full.", "Onesha ufunguo kikamilifu."),
    "help.key.new": ("Add a key, as a profile of its own.", "Ongeza ufunguo, kama wasifu wake wenyewe."),
    "help.key.backup": ("Write the sealed key to a file.", "Andika ufunguo uliofungwa kwenye faili."),
    "help.key.restore": ("Bring a wallet back from a backup.", "Rejesha pochi kutoka kwenye nakala."),
    "help.key.rotate": ("Change the keys, safely.", "Badilisha funguo, kwa usalama."),
    "help.key.revoke": ("End a key for good.", "Batilisha ufunguo kabisa."),
    "argument.key": ("KEY", "UFUNGUO"),
    "argument.told.key": (
        "a key's name, its first six characters, or a profile",
        "jina la ufunguo, herufi zake sita za kwanza, au wasifu",
    ),
    "argument.backup_file": ("FILE", "FAILI"),
    "argument.told.backup_file": ("the backup's file", "faili la nakala"),
    "help.option.scopes": (
        "What the key may do; may stand several times.",
        "Ufunguo unaruhusiwa nini; inaweza kurudiwa.",
    ),
    "help.option.algorithm": (
        "Ed25519, or ML-DSA-44 against quantum computers.",
        "Ed25519, au ML-DSA-44 dhidi ya kompyuta za kwanta.",
    ),
    "help.option.new_passphrase_file": (
        "Another passphrase for the backup: a private file.",
        "Nenosiri jingine la nakala: faili la siri.",
    ),
}
