"""Every sentence of the load tests' reports, in English and in Swahili, from this one place."""

from __future__ import annotations

import os

from ledger.words.languages import DEFAULT_LANGUAGE, Language, language_of
from loadtests.scenario_words import SCENARIO_SENTENCES

SENTENCES: dict[str, tuple[str, str]] = {
    **SCENARIO_SENTENCES,
    "title": ("Load test", "Jaribio la mzigo"),
    "test_money": ("TEST – NOT MONEY", "MFANO – SI FEDHA HALISI"),
    "shape": ("{rate}/s open loop", "maagizo {rate}/s bila kusubiri majibu"),
    "seconds": ("{seconds} s", "sekunde {seconds}"),
    "cores": ("cores: {cores}", "viini: {cores}"),
    "preparing": (
        "Preparing: payers, money, signed orders …",
        "Kuandaa: walipaji, fedha, maagizo yaliyosainiwa …",
    ),
    "loading": (
        "Sending {requests} requests for {seconds} s …",
        "Kutuma maombi {requests} kwa sekunde {seconds} …",
    ),
    "auditing": ("Auditing …", "Kukagua …"),
    "usage_see": (
        "Nothing was sent. What can be asked: docs/how-to/load-test.md",
        "Hakuna kilichotumwa. Unachoweza kuomba: docs/sw/how-to/jaribio-la-mzigo.md",
    ),
    # Headings.
    "scenario": ("Scenario", "Hali"),
    "scenario.spread": ("everybody pays everybody", "kila mtu anamlipa yeyote"),
    "scenario.hot-payee": ("everybody pays one account", "wote wanailipa akaunti moja"),
    "budget": ("Budget", "Kikomo"),
    "validity": ("Is it a measurement?", "Je, ni kipimo halali?"),
    "money": ("Is the money right?", "Je, fedha ziko sawa?"),
    "limit": ("limit", "kikomo"),
    "measured": ("measured", "kilichopimwa"),
    "what_happened": ("What was found", "Kilichoonekana"),
    "environment": ("Where it was measured", "Mahali pa kipimo"),
    # Lines.
    "posted_rate": ("posted rate", "kasi ya kuandika"),
    "p50": ("p50, from the intended start", "p50, tangu muda uliopangwa"),
    "p95": ("p95", "p95"),
    "p99": ("p99", "p99"),
    "errors": ("errors (unexpected)", "makosa (yasiyotarajiwa)"),
    "generator_cpu": ("generator CPU, of one core", "CPU ya mtumaji, ya kiini kimoja"),
    "lateness": ("generator's own lateness, p99", "uchelewaji wa mtumaji, p99"),
    "pool_full": ("orders the generator had no room for", "maagizo yaliyokosa nafasi kwa mtumaji"),
    "unsent": ("orders never sent", "maagizo yasiyotumwa"),
    "samples": ("answers", "majibu"),
    "books": ("debits - credits", "debiti - krediti"),
    "balances": ("balances that differ", "salio zinazotofautiana"),
    "lost": ("orders lost or moved", "maagizo yaliyopotea au kuhamishwa"),
    "doubled": ("orders doubled", "maagizo yaliyorudiwa"),
    "receipts": ("receipts that fail offline", "stakabadhi zilizoshindwa nje ya mtandao"),
    # Facts.
    "multiple": (
        "{rate} orders/s = {multiple} × the national instant-payment average of 2024 ({national}/s)",
        "maagizo {rate}/s = mara {multiple} ya wastani wa malipo ya haraka nchini mwaka 2024 ({national}/s)",
    ),
    "settled_late": (
        "{count} orders without an answer were settled by sending them again.",
        "Maagizo {count} yasiyo na jibu yalikamilishwa kwa kutumwa tena.",
    ),
    "error_status": ("{count} × HTTP {status}", "mara {count}: HTTP {status}"),
    "error_none": ("{count} × no answer", "mara {count}: hakuna jibu"),
    "machine": ("machine", "mashine"),
    "database": ("database", "hifadhidata"),
    "durability": ("durability", "uthabiti"),
    "durable": (
        "every answer after a flushed commit (the ledger refuses to start otherwise)",
        "kila jibu hutolewa baada ya kuandikwa kwenye diski (leja hukataa kuanza vinginevyo)",
    ),
    "server": ("server", "seva"),
    "server_threads": (
        "API processes: {workers}, threads of each: {threads}",
        "michakato ya API: {workers}, nyuzi za kila mmoja: {threads}",
    ),
    "elsewhere": ("the ledger's own, behind {url}", "ya leja yenyewe, nyuma ya {url}"),
    "log_read": ("log read", "kumbukumbu iliyosomwa"),
    "log_read_count": ("{count} records, one by one", "rekodi {count}, moja moja"),
    "log_not_read": ("sizes only (no auditor's key given)", "ukubwa tu (hakuna ufunguo wa mkaguzi)"),
    "generators": ("generator", "mtumaji"),
    "generator_processes": ("Locust, processes: {count}", "Locust, michakato: {count}"),
    # Verdicts.
    "verdict.0": ("PASS", "IMEFAULU"),
    "verdict.1": ("BUDGET MISSED", "KIKOMO HAKIKUFIKIWA"),
    "verdict.2": ("MONEY WRONG", "FEDHA HAZIKO SAWA"),
    "verdict.3": ("RUN INVALID", "JARIBIO SI HALALI"),
    "report": ("report: {path}", "ripoti: {path}"),
    # Charts.
    "chart.rate": ("Rate over time (orders per second)", "Kasi kwa muda (maagizo kwa sekunde)"),
    "chart.latency": (
        "Latency: share of orders answered within",
        "Muda wa jibu: sehemu ya maagizo yaliyojibiwa ndani ya",
    ),
    "chart.sent": ("sent", "yaliyotumwa"),
    "chart.posted": ("posted", "yaliyoandikwa"),
    "chart.second": ("second", "sekunde"),
    "chart.table": ("Show as a table", "Onyesha kama jedwali"),
    # Findings.
    "found.lost": (
        "order {order}: asked again, the answer was {status}",
        "agizo {order}: lilipoulizwa tena, jibu lilikuwa {status}",
    ),
    "found.moved": (
        "order {order}: at {first} first, at {second} now",
        "agizo {order}: kwanza {first}, sasa {second}",
    ),
    "found.shared": ("place {sequence} holds {count} orders", "nafasi {sequence} ina maagizo {count}"),
    "found.missing": (
        "the order of place {sequence} is not in the log",
        "agizo la nafasi {sequence} halimo kwenye kumbukumbu",
    ),
    "found.doubled": (
        "the order of place {sequence} stands {count} times in the log",
        "agizo la nafasi {sequence} limo mara {count} kwenye kumbukumbu",
    ),
    "found.misplaced": (
        "the order at {sequence} should stand at {expected}",
        "agizo lililopo {sequence} lilipaswa kuwa {expected}",
    ),
    "found.strange": (
        "place {sequence} holds an order that nobody sent",
        "nafasi {sequence} ina agizo ambalo hakuna aliyelituma",
    ),
    "found.log_grew": (
        "the log grew by {records} records for {orders} orders",
        "kumbukumbu iliongezeka kwa rekodi {records} kwa maagizo {orders}",
    ),
    "found.balance": (
        "{account}: {found}, should be {expected}",
        "{account}: {found}, ilipaswa kuwa {expected}",
    ),
    "found.sum": (
        "all accounts together: {found} minor units, should be {expected}",
        "akaunti zote kwa pamoja: {found}, zilipaswa kuwa {expected}",
    ),
    "found.books": (
        "{currency}: debits and credits differ by {difference}",
        "{currency}: debiti na krediti zinatofautiana kwa {difference}",
    ),
    "found.supply": (
        "money in circulation changed: {before} → {after}",
        "fedha kwenye mzunguko zimebadilika: {before} → {after}",
    ),
    "found.receipt": (
        "order {order}: its receipt does not hold ({why})",
        "agizo {order}: stakabadhi yake si sahihi ({why})",
    ),
    "found.unreadable": ("the ledger could not be audited: {what}", "leja haikuweza kukaguliwa: {what}"),
    "found.more": ("… and {count} more", "… na mengine {count}"),
    # Trouble before there is a run.
    "unusable": (
        "✗ This ledger cannot be load tested: {why}",
        "✗ Leja hii haiwezi kujaribiwa kwa mzigo: {why}",
    ),
    "faucet_needed": (
        "✗ With --host name the sandbox's faucet key: --faucet-key var/keys/faucet.key",
        "✗ Ukitumia --host taja ufunguo wa bomba la majaribio: --faucet-key var/keys/faucet.key",
    ),
    "too_many": (
        "✗ At most {most} orders and {seconds} s in one run.",
        "✗ Si zaidi ya maagizo {most} na sekunde {seconds} kwa jaribio moja.",
    ),
    # The bench.
    "bench.title": ("Bench", "Kipimo cha kasi"),
    "bench.single": (
        "One order per request, {connections} connections, durable; beside the same server that only verifies the body",
        "Agizo moja kwa ombi, miunganisho {connections}, kwa uthabiti, kando ya seva ileile inayohakiki saini tu",
    ),
    "bench.bulk": (
        "{orders} orders per request, {connections} connections, durable; beside signature checks alone, {cores} cores",
        "Maagizo {orders} kwa ombi, miunganisho {connections}, kwa uthabiti; kando ya uhakiki wa saini, viini {cores}",
    ),
    "bench.workers": ("API processes: {workers}", "michakato ya API: {workers}"),
    "bench.figure": ("orders/s", "maagizo/s"),
    "bench.yardstick": ("yardstick/s", "kigezo/s"),
    "bench.ratio": ("ratio", "uwiano"),
    "bench.goal": ("goal", "lengo"),
    "bench.spread": ("slices (orders/s)", "vipande (maagizo/s)"),
    "bench.latency": ("p50 / p99", "p50 / p99"),
    "bench.rooms": (
        "Where the time of one order goes (microseconds of one core, measured in-process)",
        "Muda wa agizo moja unapotumika (mikrosekunde za kiini kimoja, ndani ya mchakato)",
    ),
    "bench.note": (
        "Median of {slices} alternating slices of {seconds} s; the client runs on the same cores.",
        "Wastani wa kati wa vipande {slices} vya sekunde {seconds}, kwa zamu; mtumaji yuko kwenye viini hivyohivyo.",
    ),
    "bench.well": (
        "✓ {orders} orders, all accepted, each at its own place; the books balance.",
        "✓ Maagizo {orders}, yote yamekubaliwa, kila moja mahali pake; vitabu viko sawa.",
    ),
    "bench.failed": ("✗ {count} requests failed: {kinds}", "✗ Maombi {count} yameshindwa: {kinds}"),
    "bench.wrong": ("✗ The money is wrong: {what}", "✗ Fedha haziko sawa: {what}"),
    "settling.title": (
        "The sequencer's part alone, in batches of {batch} verified orders, durable",
        "Kazi ya mpangaji peke yake, kwa mafungu ya maagizo {batch} yaliyohakikiwa, kwa uthabiti",
    ),
    "settling.settling": (
        "deciding and writing, beside the same rows by bare bulk SQL",
        "kuamua na kuandika, kando ya safu zilezile kwa SQL tupu",
    ),
    "settling.hot": (
        "every payment to one account, beside payments over all accounts",
        "malipo yote kwa akaunti moja, kando ya malipo kwa akaunti zote",
    ),
    "settling.late": (
        "after {late} records, beside after a few thousand",
        "baada ya rekodi {late}, kando ya baada ya elfu chache",
    ),
    "settling.memory": (
        "{mark} Memory after payments to {accounts} accounts: {megabytes} MB at most (goal: below {most})",
        "{mark} Kumbukumbu baada ya malipo kwa akaunti {accounts}: MB {megabytes} (lengo: chini ya {most})",
    ),
    "room.split": ("split the JWS (API)", "gawanya JWS (API)"),
    "room.read": ("read the payload (API)", "soma agizo (API)"),
    "room.verify": ("verify the signature (API)", "hakiki saini (API)"),
    "room.forward": ("forward and back over the socket's frames", "peleka na kurudisha kwa soketi"),
    "room.content": ("hash what was signed (API)", "hesabu alama ya kilichosainiwa (API)"),
    "room.relay": (
        "tell what was read, and hear it (API, sequencer)",
        "eleza kilichosomwa, na kukisikia (API, mpangaji)",
    ),
    "room.decide": (
        "recall, load, decide, make the record (batch of {batch})",
        "kumbuka, pakia, amua, andika rekodi (fungu la {batch})",
    ),
    "room.store": ("log, rows, commit (batch of {batch})", "kumbukumbu, safu, kuhifadhi (fungu la {batch})"),
    "room.render": ("render the answer (API)", "andaa jibu (API)"),
    "room.sum": ("together", "jumla"),
    # The audit's cost.
    "audit.title": ("The audit", "Ukaguzi"),
    "audit.all": (
        "{records} records on {database}: {all} µs of CPU for each, of which",
        "Rekodi {records} kwenye {database}: µs {all} za CPU kwa kila moja, ambazo ni",
    ),
    "audit.signatures": ("signatures alone: {signatures} µs", "saini peke yake: µs {signatures}"),
    "audit.rest": (
        "everything else: {rest} µs, {rate} records/s (goal: {goal})",
        "mengine yote: µs {rest}, rekodi {rate}/s (lengo: {goal})",
    ),
}


def say(key: str, language: Language, **values: str | int) -> str:
    """The sentence in this language, with its values in place."""
    english, swahili = SENTENCES[key]
    return (swahili if language == "sw" else english).format(**values)


def language_of_terminal(wish: str | None = None) -> Language:
    """The language of whoever started this: the wish, else DAFTARI_LANG, LC_ALL or LANG, else English."""
    tags = (wish, os.environ.get("DAFTARI_LANG"), os.environ.get("LC_ALL"), os.environ.get("LANG"))
    return language_of(next((tag for tag in tags if tag), "")) or DEFAULT_LANGUAGE
