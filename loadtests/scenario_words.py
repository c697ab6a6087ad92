"""The sentences of scenarios, baselines and long runs, in English and in Swahili; a part of `loadtests.words`."""

from __future__ import annotations

SCENARIO_SENTENCES: dict[str, tuple[str, str]] = {
    "people": ("{people} people", "watu {people}"),
    "steps_from": ("steps from {rate}/s, open loop", "hatua kuanzia {rate}/s bila kusubiri majibu"),
    "step": ("Step: {rate}/s …", "Hatua: {rate}/s …"),
    "scenario.retry-storm": (
        "the same orders again and again, some with other content",
        "maagizo yaleyale tena na tena, mengine yenye maudhui tofauti",
    ),
    "scenario.mixed": (
        "an ordinary day: payments, bills, reads, false signatures",
        "siku ya kawaida: malipo, ankara, kusoma, saini bandia",
    ),
    "scenario.capacity": (
        "faster step by step, until a budget breaks",
        "kasi zaidi kila hatua, hadi kikomo kivunjike",
    ),
    "scenario.soak": (
        "a long ordinary day, with an eye on memory",
        "siku ndefu ya kawaida, RAM ikiangaliwa",
    ),
    "scenario.kikao-kazi": (
        "many people arrive, pay a bill and check the receipt",
        "watu wengi wanafika, wanalipa ankara na kuhakiki stakabadhi",
    ),
    "scenario.bill-rush": (
        "the last day: everybody pays a bill of one institution",
        "siku ya mwisho: wote wanalipa ankara za taasisi moja",
    ),
    "notices_p99": ("p99 until a payment is told", "p99 hadi arifa ya malipo kufika"),
    "drained": ("last payment until all is told", "malipo ya mwisho hadi arifa zote kufika"),
    "bills": ("bills not paid once, to the cent", "ankara zisizolipwa sawasawa mara moja"),
    "notices": ("payments not told once", "malipo ambayo arifa yake haikufika mara moja"),
    "kind.pay_again": ("paid bill, paid again", "ankara iliyolipwa, kulipwa tena"),
    "answered_rate": ("rate of right answers", "kasi ya majibu sahihi"),
    "p50_short": ("p50", "p50"),
    "reads_p99": ("p99 of reads", "p99 ya kusoma"),
    "slowest": ("slowest", "polepole zaidi"),
    "slowest_at": ("slowest: {step}", "polepole zaidi: {step}"),
    "memory": ("memory at its largest", "RAM ilipokuwa kubwa zaidi"),
    "memory_growth": ("growth of memory", "ongezeko la RAM"),
    "drift": ("drift of p95, late to early", "badiliko la p95, mwisho kwa mwanzo"),
    "knee": ("knee: the last good step", "kilele: hatua nzuri ya mwisho"),
    "broke_at": ("broke at, by the ledger's own limit", "ilivunjika kwenye, kwa kikomo cha leja yenyewe"),
    "baseline": ("vs baseline", "dhidi ya awali"),
    "noise": (
        "~ = inside the noise of {runs} earlier runs on this machine",
        "~ = ndani ya tofauti za majaribio {runs} ya awali kwenye mashine hii",
    ),
    "overdrawn": ("accounts below zero", "akaunti zilizo chini ya sifuri"),
    "unaudited": ("audits broken off", "ukaguzi uliokatizwa"),
    "conflicts": ("conflicts answered wrongly", "migongano iliyojibiwa vibaya"),
    "forged": ("false signatures that got in", "saini bandia zilizoingia"),
    "kind": ("request", "ombi"),
    "good": ("right", "sahihi"),
    "not_good": ("not right", "si sahihi"),
    "kind.pay": ("payment", "malipo"),
    "kind.pay_bill": ("bill paid", "kulipa ankara"),
    "kind.again": ("order, sent again and again", "agizo, linatumwa tena na tena"),
    "kind.forged": ("false signature", "saini bandia"),
    "kind.balance": ("balance", "salio"),
    "kind.entries": ("entries", "miamala"),
    "kind.receipt": ("receipt, checked", "stakabadhi, imehakikiwa"),
    "kind.bill": ("look at the bill", "kuangalia ankara"),
    "kind.register": ("register", "kujisajili"),
    "kind.open_account": ("open an account", "kufungua akaunti"),
    "kind.fund": ("get test money", "kupata fedha za majaribio"),
    "kind.wallet": ("key and signatures (own machine)", "funguo na saini (mashine yake)"),
    "step.rate": ("asked", "iliyoombwa"),
    "step.posted": ("posted", "iliyoandikwa"),
    "step.kept": ("kept", "imetimia"),
    "error_proof": (
        "{count} × a receipt that does not prove its order",
        "mara {count}: stakabadhi isiyothibitisha agizo lake",
    ),
    "memory_unseen": (
        "The server's memory was not watched: with a running server name its process, --server-pid.",
        "RAM ya seva haikuangaliwa: kwa seva inayoendeshwa taja mchakato wake, --server-pid.",
    ),
    "knee_at": (
        "The knee: {knee}/s was good, {broken}/s broke.",
        "Kilele: {knee}/s ilikuwa nzuri, {broken}/s ilivunjika.",
    ),
    "knee_generator": (
        "{broken}/s was no measurement (generator saturated, or too few answers): the knee is at least {knee}/s.",
        "{broken}/s si kipimo halali (mtumaji alielemewa, au majibu ni machache): kilele ni angalau {knee}/s.",
    ),
    "knee_open": (
        "No step broke{broken}: the knee is above {knee}/s.",
        "Hakuna hatua iliyovunjika{broken}: kilele kiko juu ya {knee}/s.",
    ),
    "baseline_kept": (
        "Kept as a baseline of this machine (runs: {runs}): {path}",
        "Imehifadhiwa kama kigezo cha mashine hii (majaribio: {runs}): {path}",
    ),
    "baseline_not_kept": (
        "Not kept as a baseline: it was no measurement, or the money is wrong.",
        "Haikuhifadhiwa kama kigezo: si kipimo halali, au fedha haziko sawa.",
    ),
    "chart.percentiles": (
        "Time of orders over the run (milliseconds)",
        "Muda wa maagizo katika jaribio (milisekunde)",
    ),
    "chart.memory": ("Memory of the server (MB)", "RAM ya seva (MB)"),
    "chart.memory.all": ("all processes", "michakato yote"),
    "chart.memory.sequencer": ("sequencer", "mpangaji"),
    "chart.knee": ("p99 of each step, by the rate asked for", "p99 ya kila hatua, kwa kasi iliyoombwa"),
    "kinds": ("By kind of request", "Kwa aina ya ombi"),
    "steps": ("Step by step", "Hatua kwa hatua"),
    "within": ("within", "ndani ya"),
    "found.both": (
        "order {order}: two contents under one id were both decided",
        "agizo {order}: maudhui mawili ya kitambulisho kimoja yote yaliamuliwa",
    ),
    "found.twice": (
        "order {order}: accepted as new {count} times",
        "agizo {order}: lilikubaliwa kama jipya mara {count}",
    ),
    "found.conflict": (
        "order {order}: one of its contents was answered {status}, against the others",
        "agizo {order}: moja ya maudhui yake lilijibiwa {status}, kinyume na mengine",
    ),
    "found.rival": (
        "place {sequence} holds a content that lost against another of the same id",
        "nafasi {sequence} ina maudhui yaliyoshindwa na mengine ya kitambulisho hichohicho",
    ),
    "found.forged": (
        "place {sequence} holds an order whose signature is false",
        "nafasi {sequence} ina agizo lenye saini bandia",
    ),
    "found.overdrawn": ("{account} is below zero: {found}", "{account} iko chini ya sifuri: {found}"),
    "found.receipts_false": (
        "{count} receipts did not prove their orders when people checked them",
        "stakabadhi {count} hazikuthibitisha maagizo yake watu walipozihakiki",
    ),
    "found.bill": (
        "bill {number}: {found} was paid, should be {expected}",
        "ankara {number}: zimelipwa {found}, zilipaswa kuwa {expected}",
    ),
    "found.unpaid": ("order {order}: it paid no bill", "agizo {order}: halikulipa ankara yoyote"),
    "found.told": (
        "order {order}: its payment was told as {count} events instead of one",
        "agizo {order}: malipo yake yalipewa arifa {count} badala ya moja",
    ),
    "found.told_wrong": (
        "notice {event}: it tells {found}, should be {expected}",
        "arifa {event}: inataja {found}, ilipaswa kuwa {expected}",
    ),
    "found.notice_false": (
        "{count} notices whose signature does not hold",
        "arifa {count} ambazo saini yake si sahihi",
    ),
    "another_machine": (
        "✗ These earlier runs were measured on another machine and say nothing about this one: {path}",
        "✗ Majaribio haya ya awali yalipimwa kwenye mashine nyingine, hayasemi lolote kuhusu hii: {path}",
    ),
    "baseline_broken": ("✗ No file of earlier runs: {why}", "✗ Si faili la majaribio ya awali: {why}"),
}
