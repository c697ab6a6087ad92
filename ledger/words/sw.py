"""Kiswahili: for each refusal reason and each fault a title, and what to do next. `{name}` takes the detail."""

from __future__ import annotations

from ledger.faults import Fault
from ledger.refusals import Reason

REASONS: dict[Reason, tuple[str, str]] = {
    Reason.ORDER_EXPIRED: (
        "Agizo limechelewa.",
        "Muda wake ulikwisha kabla leja haijaliona. Tengeneza na utie saini jipya.",
    ),
    Reason.RULES_NOT_ADOPTED: (
        "Leja hii haijakubali bado kanuni za jambo hili.",
        "Linahitaji toleo {needed} la kanuni. Jaribu tena mamlaka itakapolikubali.",
    ),
    Reason.KEY_REVOKED: ("Ufunguo huu umefutwa.", "Tia saini kwa ufunguo wako mwingine."),
    Reason.SCOPE_INSUFFICIENT: (
        "Ufunguo huu hauruhusiwi kufanya hivyo.",
        "Tumia ufunguo unaoruhusiwa: fedha zinahitaji ufunguo wa 'all'.",
    ),
    Reason.ROLE_INSUFFICIENT: ("Huna jukumu la kufanya hivyo.", "Mwombe mwenye jukumu hilo."),
    Reason.KEY_ALREADY_REGISTERED: (
        "Ufunguo huu umekwisha kusajiliwa.",
        "Utumie kama ulivyo, au tengeneza mpya.",
    ),
    Reason.HOLDERS_MAX_REACHED: (
        "Majaribio yamejaa.",
        "Yanachukua washiriki {holders_max}. Jaribu tena ukomo utakapoongezwa.",
    ),
    Reason.PARTY_UNKNOWN: ("Mshiriki huyo hayupo.", "Hakiki utambulisho wa mshiriki."),
    Reason.ROLE_ALREADY_HELD: ("Mshiriki ana jukumu hili tayari.", "Hakuna la kufanya tena."),
    Reason.ROLE_YOUR_OWN: (
        "Hakuna anayejivua jukumu mwenyewe.",
        "Mamlaka nyingine ifanye hivyo, ili moja ibaki daima.",
    ),
    Reason.ROLE_NOT_HELD: ("Mshiriki hana jukumu hili.", "Hakuna la kufanya tena."),
    Reason.KEY_UNKNOWN: ("Ufunguo huo haupo.", "Orodhesha funguo zako na uhakiki utambulisho wake."),
    Reason.KEY_NOT_YOURS: ("Ufunguo huu ni wa mwingine.", "Orodhesha funguo zako na uchague mmoja wapo."),
    Reason.KEY_ALREADY_REVOKED: ("Ufunguo huu ulikwisha kufutwa.", "Hakuna la kufanya tena."),
    Reason.LAST_KEY: (
        "Huu ni ufunguo wako kamili wa mwisho.",
        "Ongeza kwanza mwingine wa 'all', kisha ufute huu.",
    ),
    Reason.RULES_NOT_NEWER: (
        "Kanuni hizi si mpya kuliko zinazotumika.",
        "Toleo {rules} linatumika. Kubali la baadaye.",
    ),
    Reason.LOG_KEY_IN_USE: (
        "Ufunguo huu unatia au ulitia saini kumbukumbu hii.",
        "Tengeneza ufunguo mpya wa kumbukumbu.",
    ),
    Reason.ENDORSEMENT_INVALID: (
        "Ufunguo wa kumbukumbu unaotumika hauthibitishi mpya.",
        "Utie saini uthibitisho kwa agizo hilihili.",
    ),
    Reason.DATE_IN_FUTURE: (
        "Tarehe hii bado haijafika.",
        "Taja salio la siku iliyoanza: si baada ya {today}.",
    ),
    Reason.BILL_UNKNOWN: ("Ankara hiyo haipo.", "Hakiki namba ya malipo iliyo kwenye ankara."),
    Reason.BILL_NOT_YOURS: ("Ankara hii ni ya taasisi nyingine.", "Idhinisha ankara za taasisi yako."),
    Reason.CONTROL_NUMBER_NOT_REUSABLE: (
        "Ankara hiyo haiazimi namba yake ya malipo.",
        "Ondoa 'reuse', na ankara itapata namba yake yenyewe.",
    ),
    Reason.CONTROL_NUMBER_IN_USE: (
        "Ankara yenye namba hiyo ya malipo bado inaweza kulipwa.",
        "Subiri ilipwe, ifutwe au muda wake uishe, au ondoa 'reuse'.",
    ),
    Reason.CHANGE_UNKNOWN: (
        "Hakuna badiliko hilo la ankara hii linalosubiri idhini.",
        "Angalia aliyeandaa aliomba nini mwisho, kisha idhinisha hilo.",
    ),
    Reason.CHANGE_PENDING: (
        "Aliyeandaa ameomba kubadilisha ankara hii.",
        "Idhinisha badiliko {change} pamoja nayo, au mwombe aliyeandaa aifute.",
    ),
    Reason.BILL_ALREADY_APPROVED: (
        "Ankara hii imekwisha kuidhinishwa.",
        "Namba yake ya malipo ni {control_number}.",
    ),
    Reason.APPROVER_IS_MAKER: (
        "Aliyeandaa ankara hawezi kuiidhinisha.",
        "Mtu mwingine aiidhinishe kwa ufunguo wa 'check'.",
    ),
    Reason.SERVICE_UNKNOWN: ("Taasisi yako haina huduma hiyo.", "Hakiki namba ya huduma."),
    Reason.BILL_ID_IN_USE: ("Ankara yako {bill_id} ipo tayari.", "Ipe ankara mpya namba yake yenyewe."),
    Reason.PROVIDER_RECEIPT_IN_USE: (
        "Namba hii yako ya risiti ni ya malipo mengine.",
        "Ililipa kwa agizo {order}: soma matokeo hayo, usilipe tena.",
    ),
    Reason.BULK_LINE_KNOWN: (
        "Mstari mmoja wa fungu hili umekwisha kuidhinishwa.",
        "Idhinisha mistari mipya pekee.",
    ),
    Reason.BULK_DIFFERS: (
        "Ankara hii haipatani na idhini ya fungu.",
        "Imebaki mistari {lines}, yenye jumla ya {left}.",
    ),
    Reason.BILL_CANCELLED: (
        "Ankara hii imefutwa.",
        "Omba ankara mpya kwa taasisi.",
    ),
    Reason.BILL_PAID: ("Ankara hii imelipwa.", "Hakuna kinachodaiwa tena."),
    Reason.BILL_REFUNDED: (
        "Ankara hii ililipwa, na fedha zikarudishwa.",
        "Omba ankara mpya kwa taasisi.",
    ),
    Reason.BILL_PART_PAID: (
        "Sehemu ya ankara hii imelipwa.",
        "Rejesha kwanza sehemu hiyo.",
    ),
    Reason.BILL_REPLACED: (
        "Namba ya malipo ya ankara hii sasa ni ya ankara nyingine ya baadaye.",
        "Andaa ankara mpya.",
    ),
    Reason.BILL_EXPIRED: ("Muda wa kulipa ankara hii umekwisha.", "Omba ankara mpya kwa taasisi."),
    Reason.ITEMS_DIFFER: (
        "Vipengele havifikii kiasi cha ankara.",
        "Taja vipengele vinavyofikia.",
    ),
    Reason.ENTRY_UNKNOWN: ("Malipo au ingizo hilo halipo.", "Hakiki utambulisho wa agizo la ingizo."),
    Reason.ENTRY_NOT_REFUNDABLE: (
        "Ni malipo pekee yanayoweza kurejeshwa.",
        "Taja utambulisho wa malipo yenyewe, si wa utoaji, ukombozi, marejesho au ubatilishaji.",
    ),
    Reason.ENTRY_NOT_REVERSIBLE: (
        "Ubatilishaji hauwezi kubatilishwa.",
        "Wahusika wafanye malipo upya.",
    ),
    Reason.ENTRY_REVERSED: (
        "Ingizo hili lilibatilishwa.",
        "Fedha zilirudi wakati huo. Hakuna la kufanya tena.",
    ),
    Reason.ENTRY_REFUNDED: (
        "Sehemu ya malipo haya ilikwisha kurudishwa.",
        "Mlipwaji arejeshe kilichobaki, au batilisha kwanza marejesho.",
    ),
    Reason.BILL_OVERPAID: (
        "Kwa hilo ankara ingekusanya zaidi ya inachodai.",
        "Ankara ililipwa tena, ilibadilishwa au ilifutwa: rejesha kwanza hayo.",
    ),
    Reason.REFUND_NOT_FROM_PAYEE: (
        "Akaunti hii haikupokea malipo hayo.",
        "Rejesha kutoka akaunti iliyopokea malipo.",
    ),
    Reason.ACCOUNT_UNKNOWN: ("Akaunti hiyo haipo.", "Hakiki anwani ya akaunti."),
    Reason.ACCOUNT_NOT_YOURS: ("Akaunti hii si yako.", "Taja akaunti yako mwenyewe."),
    Reason.ACCOUNT_RESERVED: ("Leja yenyewe inaihitaji akaunti hii.", "Taja akaunti nyingine."),
    Reason.ACCOUNT_CLASS_NOT_ALLOWED: (
        "Ni taasisi pekee inayoweza kuwa na akaunti ya aina hii.",
        "Fungua akaunti ya aina ya 'wallet'.",
    ),
    Reason.FREEZE_UNKNOWN: (
        "Zuio hilo halipo kwenye akaunti hii.",
        "Hakiki utambulisho wa agizo lililozuia.",
    ),
    Reason.FREEZE_LIFTED: ("Zuio hili lilikwisha kuondolewa.", "Hakuna la kufanya tena."),
    Reason.FREEZE_EXPIRED: ("Zuio hili lingekuwa limekwisha tayari.", "Lipe mwisho wa baadaye, au usilipe."),
    Reason.PAYER_UNKNOWN: ("Akaunti inayolipa haipo.", "Hakiki anwani ya akaunti yako."),
    Reason.PAYER_NOT_YOURS: ("Akaunti inayolipa si yako.", "Lipa kutoka akaunti yako mwenyewe."),
    Reason.PAYER_NOT_DISTRIBUTION: (
        "Ni fedha za akaunti ya usambazaji pekee zinazokombolewa.",
        "Komboa kutoka akaunti yako ya usambazaji; mkoba humlipa msambazaji.",
    ),
    Reason.PAYEE_UNKNOWN: ("Akaunti inayopokea haipo.", "Mwombe mlipwaji anwani yake tena."),
    Reason.PAYEE_NOT_YOURS: ("Akaunti inayopokea si ya taasisi yako.", "Taja akaunti yenu wenyewe."),
    Reason.PAYEE_NOT_PAYABLE: ("Akaunti hii haiwezi kupokea hilo.", "Mwombe mlipwaji akaunti nyingine."),
    Reason.PAYER_IS_PAYEE: ("Huwezi kujilipa mwenyewe.", "Taja akaunti nyingine ya kupokea."),
    Reason.CURRENCY_DIFFERS: ("Akaunti zina sarafu nyingine.", "Lipa kwa sarafu ya akaunti zote mbili."),
    Reason.ACCOUNT_CLOSED: ("Akaunti hii imefungwa.", "Iliyofungwa haifunguliwi tena. Tumia nyingine."),
    Reason.ACCOUNT_FROZEN: (
        "Akaunti hii imezuiwa.",
        "Lazima iwe huru kwanza: iulize mamlaka iliyoizuia ({order_number}).",
    ),
    Reason.PAYER_CLOSED: ("Akaunti inayolipa imefungwa.", "Lipa kutoka akaunti yako nyingine."),
    Reason.PAYER_FROZEN: (
        "Akaunti inayolipa imezuiwa.",
        "Tazama kwenye akaunti amri iliyosababisha, na uiulize mamlaka iliyotajwa.",
    ),
    Reason.PAYEE_CLOSED: ("Akaunti inayopokea imefungwa.", "Mwombe mlipwaji akaunti nyingine."),
    Reason.PAYEE_FROZEN: (
        "Akaunti inayopokea haiwezi kupokea fedha sasa.",
        "Mwombe mlipwaji akaunti nyingine.",
    ),
    Reason.ACCOUNT_NOT_EMPTY: ("Bado kuna fedha kwenye akaunti hii.", "Hamisha kwanza {balance}."),
    Reason.AMOUNT_DIFFERS: ("Ankara inadai kiasi kingine.", "Lipa {outstanding} kamili."),
    Reason.AMOUNT_TOO_LITTLE: (
        "Kiasi hiki ni kidogo mno kwa ankara hii.",
        "Lipa angalau {least}; kinachodaiwa ni {outstanding}.",
    ),
    Reason.AMOUNT_TOO_MUCH: (
        "Kiasi hiki ni zaidi ya inachodai ankara.",
        "Lipa kisichozidi {outstanding}.",
    ),
    Reason.REFUND_EXCEEDS_PAYMENT: (
        "Hicho ni zaidi ya kilichobaki kwenye malipo haya.",
        "Kisichozidi {refundable} kinaweza kurudishwa.",
    ),
    Reason.SUPPLY_MAX_EXCEEDED: (
        "Hizo ni fedha nyingi kuliko zinazoruhusiwa kuzunguka.",
        "Ukomo ni {supply_max}.",
    ),
    Reason.INSUFFICIENT_FUNDS: (
        "Salio halitoshi.",
        "Yanahitajika {needed}. Ongeza fedha, au lipa kidogo zaidi.",
    ),
    Reason.COUNTER_FULL: (
        "Akaunti hii imefikia jumla kubwa kuliko zote zinazohesabika.",
        "Tumia akaunti nyingine.",
    ),
}

FAULTS: dict[Fault, tuple[str, str]] = {
    Fault.MALFORMED: (
        "Hii haiko katika umbo linalosomwa na leja.",
        "Kosa: {what}. Soma umbo la agizo kwenye nyaraka.",
    ),
    Fault.TOO_LARGE: ("Hii ni kubwa mno.", "Ukomo ni baiti {bytes_max}."),
    Fault.UNSUPPORTED_MEDIA_TYPE: (
        "Aina hii ya maudhui haipokelewi hapa.",
        "Tuma agizo moja kama application/jose, au mengi kama application/json, bila kubana.",
    ),
    Fault.OTHER_LEDGER: ("Agizo hili ni la leja nyingine.", "Litie saini kwa ajili ya leja {ledger}."),
    Fault.CLOCK_AHEAD: (
        "Saa yako iko mbele ya saa ya leja.",
        "Rekebisha saa yako, au subiri, kisha tuma tena.",
    ),
    Fault.ID_IN_USE: (
        "Utambulisho huu ni wa agizo jingine.",
        "Chagua mpya. Utambulisho uleule hutumwa tena kwa baiti zilezile tu.",
    ),
    Fault.ALIAS_TAKEN: (
        "Mtu mwingine amesema hii ({kind}) ni yake.",
        "Hakiki ulichoandika. Ikiwa ni yako, wasiliana na msajili.",
    ),
    Fault.UNKNOWN_KEY: ("Leja haiutambui ufunguo huu.", "Usajili kwanza, au tumia unaotambuliwa."),
    Fault.KEY_UNACCEPTABLE: ("Ufunguo huu hauwezi kusajiliwa.", "Tengeneza mpya ({why})."),
    Fault.SIGNATURE_INVALID: ("Saini si sahihi.", "Tia saini baiti zenyewe kwa ufunguo uliotajwa na 'kid'."),
    Fault.POSSESSION_INVALID: (
        "Hakuna uthibitisho kuwa mwenye ufunguo mpya anao.",
        "Ufunguo mpya utie saini uthibitisho mpya kwa agizo hilihili ({why}).",
    ),
    Fault.CALLER_UNKNOWN: (
        "Jitambulishe.",
        "Tuma tokeni iliyotiwa saini na ufunguo uliosajiliwa: Authorization: Bearer.",
    ),
    Fault.CALLER_TOKEN_INVALID: ("Tokeni hii si sahihi.", "Tengeneza mpya ({what})."),
    Fault.NOT_FOUND: ("Hakuna kitu chako hapa.", "Hakiki anwani, na kwamba ufunguo wako unaruhusiwa kuona."),
    Fault.METHOD_NOT_ALLOWED: ("Njia hii haipo hapa.", "Soma nyaraka za anwani hii."),
    Fault.QUERY_INVALID: ("Ombi halieleweki.", "Rekebisha kigezo {parameter}."),
    Fault.AS_OF_AHEAD: (
        "Bado hakuna linaloweza kusemwa kuhusu wakati huo.",
        "Uliza kuhusu {latest} au kabla yake, au acha {parameter} ili kupata hali ya sasa.",
    ),
    Fault.CURSOR_INVALID: (
        "Hakuna ukurasa ulioishia mahali hapa.",
        "Fuata kiungo (Link) cha ukurasa kama kilivyo, au anza upya bila {parameter}.",
    ),
    Fault.PERIOD_TOO_LONG: (
        "Kipindi hiki kina maingizo mengi mno kwa taarifa moja.",
        "Yasizidi {entries_max}. Omba vipindi vifupi, au kurasa za /entries.",
    ),
    Fault.PROOF_INVALID: ("Uthibitisho si sahihi.", "Usiuamini ({what}). Iombe leja tena."),
    Fault.TOO_MANY_REQUESTS: (
        "Maombi ni mengi mno.",
        "Subiri sekunde {retry_after_seconds}, kisha tuma baiti zilezile.",
    ),
    Fault.BUSY: ("Leja ina shughuli nyingi.", "Tuma baiti zilezile tena baada ya muda mfupi."),
    Fault.NOT_TAKEN: ("Leja haikulichukua sasa.", "Hakuna kilichoandikwa. Tuma baiti zilezile tena."),
    Fault.LOG_KEY_MISSING: (
        "Mashine ya leja haina ufunguo huu wa kumbukumbu.",
        "Weka ufunguo wake wa siri kwenye folda ya funguo, kisha tuma baiti zilezile tena.",
    ),
    Fault.CLOCK_JUMPED: ("Saa ya leja imeruka.", "Hakuna kilichoandikwa. Tuma baiti zilezile tena baadaye."),
    Fault.OUTCOME_UNKNOWN: (
        "Jibu limepotea; agizo huenda limeandikwa.",
        "Tuma baiti zilezile tena: hakuwezi kulipa mara mbili.",
    ),
    Fault.INTERNAL_ERROR: (
        "Leja imekutana na hitilafu yake yenyewe.",
        "Hakuna kilichoandikwa. Mpe mwendeshaji utambulisho wa ombi.",
    ),
    Fault.STORE_UNREACHABLE: ("Hifadhidata haifikiki.", "Hakiki kuwa inaendeshwa na anwani yake ni sahihi."),
    Fault.STORE_EMPTY: ("Hakuna leja kwenye hifadhidata hii.", "Tengeneza kwa: daftari init."),
    Fault.STORE_NOT_DURABLE: (
        "Hifadhidata hii inaweza kupoteza ilichothibitisha.",
        "Rekebisha {setting} (sasa ni {value}), kisha anza tena.",
    ),
    Fault.SCHEMA_FOREIGN: (
        "Jedwali ni za toleo jingine.",
        "Limepatikana {found}, lilitarajiwa {expected}. Endesha: daftari migrate, au tumia programu inayofaa.",
    ),
    Fault.LOG_HEAD_WRONG: (
        "Kichwa cha kumbukumbu hakilingani na rekodi zake.",
        "Usiiendeshe ({what}). Endesha: daftari audit, na urejeshe nakala.",
    ),
    Fault.BOOKS_UNBALANCED: (
        "Vitabu havilingani.",
        "Usiviendeshe ({currency}). Endesha: daftari audit, na urejeshe nakala.",
    ),
    Fault.RECORD_WRONG: (
        "Rekodi {sequence} si sahihi.",
        "Si ile iliyotiwa saini na kuamuliwa ({what}). Rejesha nakala na uilinganishe na alama ya ukaguzi iliyo nje.",
    ),
    Fault.PROJECTION_WRONG: (
        "Mstari uliohifadhiwa unatofautiana na rekodi {sequence}.",
        "Jedwali {table}, ufunguo {key}. Rejesha nakala na uilinganishe na alama ya ukaguzi iliyo nje.",
    ),
    Fault.GENESIS_INVALID: ("Hati ya mwanzo haiwezi kutumika.", "Irekebishe: {what}."),
    Fault.FILE_UNUSABLE: (
        "Faili {path} haliwezi kutumika.",
        "Sababu: {why}. Halikubadilishwa; taja faili jingine, au tengeneza nafasi kisha jaribu tena.",
    ),
    Fault.LINE_WRONG: (
        "Mstari wa {line} wa kumbukumbu hii si sahihi.",
        "Si ule uliotiwa saini na kuamuliwa ({what}). Omba kumbukumbu upya, na utunze faili hili kama ushahidi.",
    ),
    Fault.KEY_FILE_INVALID: (
        "Faili la ufunguo {path} haliwezi kutumika.",
        "Sababu: {why}. Lirejeshe kutoka nakala yako.",
    ),
    Fault.KEY_FILE_MISSING: (
        "Hakuna ufunguo {name} kwenye {folder}.",
        "Endesha: daftari keys list, uone zilizopo; au taja folda nyingine kwa --keys.",
    ),
    Fault.PORT_IN_USE: (
        "Lango {port} linatumika.",
        "Simamisha kinacholitumia, au tumia jingine: daftari {command} {option} {other}.",
    ),
    Fault.COPY_OLDER: (
        "Nakala hii ni ya zamani kuliko alama ya ukaguzi iliyotunzwa nje.",
        "Rekodi {missing} hazipo ({size} kati ya {outside}). Tumia nakala mpya; hii si historia yote.",
    ),
    Fault.ANOTHER_HISTORY: (
        "Hii ni historia tofauti na ile ya alama ya ukaguzi iliyotunzwa nje.",
        "Alama hiyo si ya kumbukumbu hii ({what}). Hakikisha ni faili sahihi; ikiwa ndilo, tunza yote kama ushahidi.",
    ),
    Fault.ALREADY_RUNNING: (
        "Leja hii inaendeshwa tayari ({run_dir}).",
        "Mwandishi ni mmoja tu. Simamisha nyingine, hapa au kwenye mashine nyingine; kisha jaribu tena.",
    ),
    Fault.ALREADY_EXISTS: (
        "{path} ipo tayari.",
        "Hakuna kilichobadilishwa. Chagua mahali pengine, au tumia kilichopo.",
    ),
    Fault.LEASE_LOST: (
        "Mwandishi mwingine anaandika leja hii.",
        "Hakuna kilichoandikwa. Tuma baiti zilezile tena baada ya muda mfupi.",
    ),
    Fault.BACKUP_INVALID: (
        "Hii si nakala rudufu kamili ya leja.",
        "Hakuna kilichobadilishwa ({what}). Inakili tena kutoka inakotunzwa, au tumia nakala nyingine.",
    ),
    Fault.BACKUP_OLDER: (
        "Nakala rudufu ni ya zamani kuliko alama ya ukaguzi iliyotunzwa nje.",
        "Rekodi {missing} zingekosekana ({size} kati ya {outside}). Tumia nakala mpya, au sema --accept-older.",
    ),
    Fault.STORE_FORBIDDEN: (
        "Mtumiaji huyu wa hifadhidata haruhusiwi kufanya hivyo.",
        "Tumia anayeruhusiwa ({database}): mmiliki huhamisha jedwali, mwandishi huendesha leja, msomaji husoma.",
    ),
}
