"""What goes wrong on the holder's own machine: files, keys, words, amounts, profiles, the outbox.

For each fault `fault.<key>` says what happened and `fault.<key>.next` what to type or do next.
"""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # Asking.
    "fault.answer_needed": (
        "This needs an answer, and --no-input forbids asking.",
        "Hapa panahitajika jibu, na --no-input inazuia kuuliza.",
    ),
    "fault.answer_needed.next": (
        "leave out --no-input, or give --yes if you agree",
        "ondoa --no-input, au weka --yes kama unakubali",
    ),
    "fault.declined": ("Nothing was sent: you did not agree.", "Hakuna kilichotumwa: hukukubali."),
    "fault.declined.next": ("run the same command again", "rudia amri ileile"),
    "fault.declined_unasked": ("Nothing was sent: you did not agree.", "Hakuna kilichotumwa: hukukubali."),
    "fault.declined_unasked.next": (
        "where nobody can be asked, agree beforehand with --yes",
        "pasipo mtu wa kuulizwa, kubali mapema kwa --yes",
    ),
    "fault.secret_needed": (
        "A passphrase is needed, and there is no terminal to ask on.",
        "Nenosiri linahitajika, na hakuna mahali pa kuliuliza.",
    ),
    "fault.secret_needed.next": (
        "name a private file that holds it: POCHI_PASSPHRASE_FILE=FILE",
        "taja faili la siri lenye nenosiri: POCHI_PASSPHRASE_FILE=FAILI",
    ),
    # Files.
    "fault.home_unknown": (
        "The wallet does not know where to keep its files.",
        "Pochi haijui pa kuhifadhi mafaili yake.",
    ),
    "fault.home_unknown.next": ("set HOME, or POCHI_HOME=FOLDER", "weka HOME, au POCHI_HOME=FOLDA"),
    "fault.folder_open_to_others": (
        "Others may enter the wallet's folder (mode {mode}):\n{path}",
        "Watu wengine wanaweza kuingia folda ya pochi (ruhusa {mode}):\n{path}",
    ),
    "fault.folder_open_to_others.next": ("chmod 700 {path}", "chmod 700 {path}"),
    "fault.file_open_to_others": (
        "Others may read this private file (mode {mode}):\n{path}",
        "Watu wengine wanaweza kusoma faili hili la siri (ruhusa {mode}):\n{path}",
    ),
    "fault.file_open_to_others.next": ("chmod 600 {path}", "chmod 600 {path}"),
    "fault.file_not_regular": ("This is not an ordinary file:\n{path}", "Hili si faili la kawaida:\n{path}"),
    "fault.file_not_regular.next": ("move it away, or name another", "lihamishe, au taja jingine"),
    "fault.file_too_large": (
        "This file is larger than {bytes_max} bytes:\n{path}",
        "Faili hili linazidi baiti {bytes_max}:\n{path}",
    ),
    "fault.file_too_large.next": ("name another file", "taja faili jingine"),
    "fault.file_not_read": (
        "This file cannot be read ({why}):\n{path}",
        "Faili hili halisomeki ({why}):\n{path}",
    ),
    "fault.file_not_read.next": ("ls -l {path}", "ls -l {path}"),
    "fault.file_not_written": (
        "This file cannot be written ({why}):\n{path}",
        "Faili hili haliandikiki ({why}):\n{path}",
    ),
    "fault.file_not_written.next": (
        "make room, or correct the folder's permissions; nothing was sent",
        "ongeza nafasi, au rekebisha ruhusa za folda; hakuna kilichotumwa",
    ),
    # Keys.
    "fault.passphrase_short": (
        "The passphrase is too short: at least {characters_min} characters.",
        "Nenosiri ni fupi mno: angalau herufi {characters_min}.",
    ),
    "fault.passphrase_short.next": (
        "four words that only you would join",
        "maneno manne unayoyaunganisha wewe tu",
    ),
    "fault.passphrase_differs": (
        "The two passphrases differ.",
        "Nenosiri ulilorudia halifanani na la kwanza.",
    ),
    "fault.passphrase_differs.next": ("run the same command again", "rudia amri ileile"),
    "fault.passphrase_wrong": (
        "The passphrase does not open this key, or the key file was changed.",
        "Nenosiri halifungui ufunguo huu, au faili la ufunguo limebadilishwa.",
    ),
    "fault.passphrase_wrong.next": (
        "try again; if it is lost: pochi init --restore",
        "jaribu tena; kama limepotea: pochi anza --restore",
    ),
    "fault.passphrase_wrong_of": (
        'The passphrase does not open the key "{name}", or the key file was changed.',
        'Nenosiri halifungui ufunguo "{name}", au faili lake limebadilishwa.',
    ),
    "fault.passphrase_wrong_of.next": (
        "try again; if it is lost: pochi init --restore",
        "jaribu tena; kama limepotea: pochi anza --restore",
    ),
    "fault.passphrase_file_missing": (
        "There is no passphrase file:\n{path}",
        "Hakuna faili la nenosiri:\n{path}",
    ),
    "fault.passphrase_file_missing.next": ("name a file that is there", "taja faili lililopo"),
    "fault.passphrase_file_unreadable": (
        "The first line of the passphrase file holds no passphrase:\n{path}",
        "Mstari wa kwanza wa faili la nenosiri hauna nenosiri:\n{path}",
    ),
    "fault.passphrase_file_unreadable.next": (
        "write the passphrase, as UTF-8, into its first line",
        "andika nenosiri, kwa UTF-8, kwenye mstari wa kwanza",
    ),
    "fault.key_file_exists": (
        "There is a key already, and it is never overwritten:\n{path}",
        "Tayari upo ufunguo, na hauandikwi juu yake kamwe:\n{path}",
    ),
    "fault.key_file_exists.next": ("choose another profile name", "chagua jina jingine la wasifu"),
    "fault.key_file_missing": ("There is no key file:\n{path}", "Hakuna faili la ufunguo:\n{path}"),
    "fault.key_file_missing.next": (
        "pochi init, or pochi init --restore with your 24 words",
        "pochi anza, au pochi anza --restore kwa maneno yako 24",
    ),
    "fault.key_file_damaged": ("The key file is damaged.", "Faili la ufunguo limeharibika."),
    "fault.key_file_damaged.next": (
        "pochi init --restore with your 24 words",
        "pochi anza --restore kwa maneno yako 24",
    ),
    "fault.key_file_version": (
        "The key file is of version {version}, which this pochi does not know.",
        "Faili la ufunguo ni la toleo {version}, ambalo pochi hii hailijui.",
    ),
    "fault.key_file_version.next": ("install a newer pochi", "sakinisha toleo jipya la pochi"),
    "fault.key_file_cost": (
        "The key file asks for more work or memory than allowed here, or less.",
        "Faili la ufunguo linadai kazi au kumbukumbu nje ya mipaka ya pochi hii.",
    ),
    "fault.key_file_cost.next": (
        "do not trust this file; pochi init --restore with your 24 words",
        "usiliamini faili hili; pochi anza --restore kwa maneno yako 24",
    ),
    # Recovery words.
    "fault.words_count": (
        "That was {count} words; there must be {expected}.",
        "Hayo ni maneno {count}; yanatakiwa {expected}.",
    ),
    "fault.words_count.next": ("type all words in their order", "andika maneno yote kwa mpangilio wake"),
    "fault.words_differ": (
        "Word {place} is another one. These words are void, and nothing was changed.",
        "Neno la {place} ni jingine. Maneno haya ni batili; hakuna kilichobadilika.",
    ),
    "fault.words_differ.next": (
        "strike them out and run the same command again: new words come then",
        "yafute, kisha rudia amri ileile: yatakuja maneno mapya",
    ),
    "fault.word_unknown": (
        'Word {place}, "{typed}", is not on the list.',
        'Neno la {place}, "{typed}", halimo kwenye orodha.',
    ),
    "fault.word_unknown.next": (
        "look at your paper; the first four letters are enough",
        "tazama karatasi yako; herufi nne za mwanzo zinatosha",
    ),
    "fault.word_unknown_near": (
        'Word {place}, "{typed}", is not on the list. Did you mean {suggestions}?',
        'Neno la {place}, "{typed}", halimo. Je, ulimaanisha {suggestions}?',
    ),
    "fault.word_unknown_near.next": (
        "look at your paper; the first four letters are enough",
        "tazama karatasi yako; herufi nne za mwanzo zinatosha",
    ),
    "fault.words_checksum": (
        "The words do not fit together: one is wrong, or two changed places.",
        "Maneno hayaendani: moja si sahihi, au mawili yamebadilishana nafasi.",
    ),
    "fault.words_checksum.next": (
        "compare every word and its number with your paper",
        "linganisha kila neno na namba yake na karatasi yako",
    ),
    "fault.words_checksum_doubtful": (
        "The words do not fit together. Look closely at: {doubtful}",
        "Maneno hayaendani. Angalia vizuri: {doubtful}",
    ),
    "fault.words_checksum_doubtful.next": (
        "compare every word and its number with your paper",
        "linganisha kila neno na namba yake na karatasi yako",
    ),
    # Amounts, as typed.
    "fault.amount_ambiguous": (
        'The amount "{typed}" can be read in two ways.',
        'Kiasi "{typed}" kinaweza kusomwa kwa namna mbili.',
    ),
    "fault.amount_ambiguous.next": (
        "write {thousands} or {whole}",
        "andika {thousands} au {whole}",
    ),
    "fault.amount_decimals": (
        'The amount "{typed}" has more than {decimals} decimals.',
        'Kiasi "{typed}" kina zaidi ya desimali {decimals}.',
    ),
    "fault.amount_decimals.next": ("write 15,000 or 15,000.00", "andika 15,000 au 15,000.00"),
    "fault.amount_negative": (
        'An amount is more than zero, and "{typed}" is less than nothing.',
        'Kiasi huzidi sifuri, na "{typed}" ni chini ya sifuri.',
    ),
    "fault.amount_negative.next": ("write it without a minus sign", "kiandike bila alama ya kutoa"),
    "fault.amount_digits": (
        'The amount "{typed}" is not written in the digits 0 to 9.',
        'Kiasi "{typed}" hakijaandikwa kwa tarakimu 0 hadi 9.',
    ),
    "fault.amount_digits.next": ("write 15,000 or 15,000.00", "andika 15,000 au 15,000.00"),
    "fault.amount_unreadable": ('"{typed}" is not an amount.', '"{typed}" si kiasi cha fedha.'),
    "fault.amount_unreadable.next": (
        "write 15,000 or 15000 or 15,000.50",
        "andika 15,000 au 15000 au 15,000.50",
    ),
    "fault.amount_zero": ("The amount is zero.", "Kiasi ni sifuri."),
    "fault.amount_zero.next": ("write an amount above zero", "andika kiasi kinachozidi sifuri"),
    "fault.amount_too_large": (
        'The amount "{typed}" is more than a ledger can hold.',
        'Kiasi "{typed}" kinazidi uwezo wa leja.',
    ),
    "fault.amount_too_large.next": ("write a smaller amount", "andika kiasi kidogo zaidi"),
    # Profiles and contacts.
    "fault.config_unreadable": (
        "The settings cannot be read ({why}):\n{path}",
        "Mipangilio haisomeki ({why}):\n{path}",
    ),
    "fault.config_unreadable.next": (
        "correct the file, or move it away and run: pochi init --restore",
        "rekebisha faili, au lihamishe kisha: pochi anza --restore",
    ),
    "fault.profile_none": ("There is no wallet here yet.", "Hapa hakuna pochi bado."),
    "fault.profile_none.next": ("pochi init", "pochi anza"),
    "fault.profile_unknown": ('There is no profile "{name}".', 'Hakuna wasifu "{name}".'),
    "fault.profile_unknown.next": ("pochi profile list", "pochi wasifu orodha"),
    "fault.profile_name": (
        '"{name}" cannot name a profile: a-z, 0-9, - and _, at most 32.',
        '"{name}" haifai kuwa jina la wasifu: a-z, 0-9, - na _, zisizidi 32.',
    ),
    "fault.profile_name.next": ("choose a name such as asha", "chagua jina kama asha"),
    "fault.profile_exists": ('There is a profile "{name}" already.', 'Tayari upo wasifu "{name}".'),
    "fault.profile_exists.next": ("choose another name", "chagua jina jingine"),
    "fault.contact_name": (
        '"{name}" cannot name a contact: one word, not an address.',
        '"{name}" haifai kuwa jina: neno moja, lisilo anwani.',
    ),
    "fault.contact_name.next": ("choose a name such as juma", "chagua jina kama juma"),
    "fault.contact_exists": (
        '"{name}" is a contact already, with another address:\n{address}',
        'Tayari unaye "{name}", mwenye anwani nyingine:\n{address}',
    ),
    "fault.contact_exists.next": (
        "choose another name, or first: pochi contact remove {name}",
        "chagua jina jingine, au kwanza: pochi anwani ondoa {name}",
    ),
    "fault.contact_unknown": (
        '"{name}" is neither a contact nor an address of this ledger.',
        '"{name}" si jina kwenye anwani zako wala anwani ya leja hii.',
    ),
    "fault.contact_unknown.next": ("pochi contact list", "pochi anwani orodha"),
    # The outbox.
    "fault.outbox_id_in_use": (
        "Another order is saved under the id {order}.",
        "Agizo jingine limehifadhiwa kwa kitambulisho {order}.",
    ),
    "fault.outbox_id_in_use.next": ("pochi outbox list", "pochi sanduku orodha"),
    "fault.outbox_unknown": (
        "The outbox holds no order {order}.",
        "Sanduku halina agizo {order}.",
    ),
    "fault.outbox_unknown.next": ("pochi outbox list", "pochi sanduku orodha"),
    "fault.outbox_damaged": (
        "This file in the outbox cannot be read as an order:\n{path}",
        "Faili hili la sanduku halisomeki kama agizo:\n{path}",
    ),
    "fault.outbox_damaged.next": (
        "do not pay again yet: look first in pochi history",
        "usilipe tena kwanza: angalia pochi miamala",
    ),
    "fault.outbox_drop_unsure": (
        "Order {order} may have been posted. It stays in the outbox.",
        "Huenda agizo {order} limeandikwa. Linabaki kwenye sanduku.",
    ),
    "fault.outbox_drop_unsure.next": (
        "pochi outbox retry (it cannot pay twice)",
        "pochi sanduku rudia (hailipi mara mbili)",
    ),
    # The log, as remembered.
    "fault.log_memory_damaged": (
        "What the wallet remembers of the ledger's log cannot be read:\n{path}",
        "Kumbukumbu ya pochi kuhusu leja haisomeki:\n{path}",
    ),
    "fault.log_memory_damaged.next": (
        "move the file away if you know why it is damaged",
        "lihamishe faili kama unajua sababu ya kuharibika",
    ),
    "fault.log_shrank": (
        "The ledger's log has shrunk: {before} entries before, {size} now.\nHistory was lost or rewritten.",
        "Leja imepungua: maingizo {before} kabla, {size} sasa.\nHistoria imepotea au imeandikwa upya.",
    ),
    "fault.log_shrank.next": (
        "pay nothing here; keep your receipts and tell the ledger's supervisor",
        "usilipe hapa; tunza stakabadhi zako na umjulishe msimamizi",
    ),
    "fault.log_rewritten": (
        "The ledger shows another history for its first {size} entries than before.",
        "Leja inaonesha historia tofauti ya maingizo {size} ya kwanza.",
    ),
    "fault.log_rewritten.next": (
        "pay nothing here; keep your receipts and tell the ledger's supervisor",
        "usilipe hapa; tunza stakabadhi zako na umjulishe msimamizi",
    ),
}
