"""The API described once: each route with its sentence in both languages, who may open it, and what it answers.

The OpenAPI 3.1 document (`api.description`), the page /docs and the tests that pin every route to its callers are made
from this table.
"""

from __future__ import annotations

from typing import NamedTuple

from marshmallow import Schema

from api import answer_schemas as shapes
from api import bill_schemas, billing_schemas, directory_schemas, notice_schemas, other_schemas, schemas
from api.answers import JSON

TEXT, HTML, BYTES = "text/plain", "text/html", "application/octet-stream"
TOKEN = frozenset({"caller", "owner", "biller", "self", "founder", "official", "overseer"})
"""Who must bring a caller token. The books want one only outside a sandbox."""


class Route(NamedTuple):
    """One operation.

    `who`: `public`; `order`, where the order is its own credential; `caller`, any registered key; `owner`, the party
    that it concerns; `biller`, any key of an institution; `self`, the party's full key with a token for this request;
    `founder`, the same of a party that a sandbox was founded with;
    `official`, the same of an auditor, supervisor or authority; `overseer`; `books`; `sandbox`.
    """

    method: str
    path: str
    who: str
    en: str
    sw: str
    shape: type[Schema] | None = None
    query: schemas.Query = schemas.QUERY
    media_type: str = JSON
    status: int = 200


ROUTES: tuple[Route, ...] = (
    Route(
        "POST", "/v1/orders", "order",
        "Hand in one signed order, or up to 1,000; with `dry_run`, ask what would become of them.",
        "Wasilisha agizo moja lenye saini, au hadi 1,000; kwa `dry_run`, uliza matokeo bila kuandika chochote.",
        query=schemas.ORDERS_QUERY,
    ),
    Route(
        "GET", "/v1/orders/{order_id}", "owner",
        "The outcome of an order.", "Matokeo ya agizo.", shapes.AcceptedSchema,
    ),
    Route(
        "GET", "/v1/orders/{order_id}/receipt", "owner",
        "The receipt, which verifies offline.", "Stakabadhi, inayohakikiwa bila mtandao.", shapes.ReceiptSchema,
    ),
    Route(
        "GET", "/v1/accounts/{address}", "owner",
        "An account and its balance, now or as of a past moment.",
        "Akaunti na salio lake, la sasa au la wakati uliopita.", shapes.AccountSchema, schemas.ACCOUNT_QUERY,
    ),
    Route(
        "GET", "/v1/accounts/{address}/entries", "owner",
        "A page of its entries, newest first.", "Ukurasa wa maingizo yake, mapya kwanza.",
        shapes.EntriesSchema, schemas.ENTRIES_QUERY,
    ),
    Route(
        "GET", "/v1/accounts/{address}/statement", "owner",
        "Its statement for a period: opening balance, entries, closing balance.",
        "Taarifa yake ya kipindi: salio la mwanzo, maingizo, salio la mwisho.",
        other_schemas.StatementSchema, schemas.STATEMENT_QUERY,
    ),
    Route(
        "GET", "/v1/accounts/{address}/payee", "caller",
        "Whom one would pay: a masked name or a public title.", "Utakayemlipa: jina lililofichwa au jina la taasisi.",
        shapes.PayeeSchema,
    ),
    Route(
        "GET", "/v1/keys/{kid}", "owner",
        "A key's party, keys and accounts.", "Mwenye ufunguo, funguo zake na akaunti zake.", shapes.KeySchema,
    ),
    Route(
        "PUT", "/v1/names/me", "self",
        "Give a display name, kept beside the log.", "Toa jina la kuoneshwa, linalotunzwa nje ya kumbukumbu.",
        status=204,
    ),
    Route(
        "DELETE", "/v1/names/me", "self",
        "Erase the display name.", "Futa jina la kuoneshwa.", status=204,
    ),
    Route(
        "GET", "/v1/directory/me", "caller",
        "What the directory keeps of oneself.", "Rejista ya watu inatunza nini kukuhusu.",
        directory_schemas.PersonSchema,
    ),
    Route(
        "PUT", "/v1/directory/me", "self",
        "Give one's name, telephone number, TIN or NIDA number, sealed beside the log.",
        "Toa jina, namba ya simu, TIN au namba ya NIDA, vinavyofungwa kwa siri nje ya kumbukumbu.",
        directory_schemas.PersonSchema,
    ),
    Route(
        "PUT", "/v1/directory/me/lipa-namba", "self",
        "Get a Lipa Namba for an account, or move it to another.",
        "Pata Lipa Namba ya akaunti, au ihamishie kwenye nyingine.", directory_schemas.PersonSchema,
    ),
    Route(
        "GET", "/v1/aliases/{alias}", "caller",
        "Whom one would pay by a telephone number or a Lipa Namba.",
        "Utakayemlipa kwa namba ya simu au Lipa Namba.", shapes.PayeeSchema,
    ),
    Route(
        "POST", "/v1/directory/lookups", "official",
        "Look somebody up, for a reason; that it was done is written down.",
        "Tafuta mtu, kwa sababu iliyotajwa; utafutaji wenyewe unaandikwa.", directory_schemas.FoundSchema,
    ),
    Route(
        "GET", "/v1/directory/me/lookups", "caller",
        "Which officials looked oneself up, and why.", "Ni maafisa gani walikutafuta, na kwa nini.",
        directory_schemas.OwnLookupsSchema,
    ),
    Route(
        "GET", "/v1/directory/lookups", "overseer",
        "All look-ups, newest first.", "Utafutaji wote, wa karibuni kwanza.",
        directory_schemas.LookupsSchema, schemas.LOOKUPS_QUERY,
    ),
    Route(
        "DELETE", "/v1/directory/me", "self",
        "Erase everything that the directory keeps of oneself.",
        "Futa vyote ambavyo rejista ya watu inatunza kukuhusu.", status=204,
    ),
    Route(
        "PUT", "/v1/orders/{order_id}/note", "self",
        "Write a note about an order that names one, sealed beside the log.",
        "Andika andiko juu ya agizo linalokutaja, linalofungwa kwa siri nje ya kumbukumbu.",
        directory_schemas.NotesSchema,
    ),
    Route(
        "GET", "/v1/orders/{order_id}/notes", "owner",
        "What those named in an order wrote about it.", "Waliotajwa kwenye agizo waliandika nini juu yake.",
        directory_schemas.NotesSchema,
    ),
    Route(
        "DELETE", "/v1/orders/{order_id}/note", "self",
        "Erase one's note about an order.", "Futa andiko lako juu ya agizo.", status=204,
    ),
    Route(
        "GET", "/v1/bills/{control_number}", "caller",
        "A bill by its control number, with the institution's signature.",
        "Ankara kwa namba yake ya malipo, pamoja na saini ya taasisi.", bill_schemas.BillSchema,
    ),
    Route(
        "GET", "/v1/bills/{control_number}/proof", "caller",
        "The receipts that join a control number to what its institution signed.",
        "Stakabadhi zinazounganisha namba ya malipo na kile ambacho taasisi ilisaini.", bill_schemas.BillProofSchema,
    ),
    Route(
        "GET", "/v1/bills", "biller",
        "The calling institution's bills.", "Ankara za taasisi inayouliza.", billing_schemas.BillsSchema,
        schemas.BILLS_QUERY,
    ),
    Route(
        "GET", "/v1/bills/{control_number}/payments", "caller",
        "The payments of a bill.", "Malipo ya ankara.", billing_schemas.BillPaymentsSchema,
    ),
    Route(
        "GET", "/v1/reconciliations/{date}", "biller",
        "A day of the calling institution, to reconcile: JSON, CSV or a page.",
        "Siku ya taasisi inayouliza, ya kusuluhisha: JSON, CSV au ukurasa.", billing_schemas.ReconciliationSchema,
        schemas.RECONCILIATION_QUERY,
    ),
    Route(
        "GET", "/v1/services", "public",
        "Every institution's services.", "Huduma za kila taasisi.", billing_schemas.ServicesSchema,
        schemas.SERVICES_QUERY,
    ),
    Route(
        "GET", "/v1/events", "caller",
        "The caller's payment notices, oldest first, each with its receipt: for who cannot be called.",
        "Arifa za malipo za anayeuliza, za zamani kwanza, kila moja na stakabadhi yake: kwa asiyeweza kuitwa.",
        notice_schemas.EventsSchema, schemas.EVENTS_QUERY,
    ),
    Route(
        "GET", "/v1/notices", "caller",
        "The same notices and how their deliveries stand.", "Arifa hizohizo na hali ya ufikishaji wake.",
        notice_schemas.NoticesSchema, schemas.EVENTS_QUERY,
    ),
    Route(
        "GET", "/v1/webhooks", "caller",
        "The caller's webhooks, how far each has come, and how many notices wait.",
        "Webhook za anayeuliza, kila moja imefika wapi, na arifa ngapi zinasubiri.", notice_schemas.WebhooksSchema,
    ),
    Route(
        "POST", "/v1/webhooks", "self",
        "Have an institution's payment notices sent to a URL; the secret is shown this once.",
        "Agiza arifa za malipo za taasisi zitumwe kwenye URL; siri huoneshwa mara hii moja tu.",
        notice_schemas.MadeWebhookSchema, status=201,
    ),
    Route(
        "POST", "/v1/webhooks/{webhook}/rotate", "self",
        "A new secret; the old one signs as well for 24 hours.",
        "Siri mpya; ya zamani pia huendelea kusaini kwa saa 24.", notice_schemas.MadeWebhookSchema,
    ),
    Route(
        "POST", "/v1/webhooks/{webhook}/send", "self",
        "Send an event once more, or a test event.", "Tuma arifa tena, au arifa ya jaribio.",
        notice_schemas.SentSchema, status=202,
    ),
    Route(
        "DELETE", "/v1/webhooks/{webhook}", "self",
        "Send nothing there any more.", "Usitume tena kitu huko.", status=204,
    ),
    Route(
        "POST", "/v1/sandbox/clock", "founder",
        "Move a sandbox's clock ahead: bills expire, days close, notices are tried again.",
        "Sogeza mbele saa ya mazingira ya majaribio: ankara huisha muda, siku hufungwa, arifa hujaribiwa tena.",
        other_schemas.ClockSchema,
    ),
    Route("GET", "/v1/ledger", "public", "What this ledger is.", "Leja hii ni nini.", shapes.LedgerSchema),
    Route(
        "GET", "/v1/supply", "public",
        "Money issued and in circulation.", "Fedha zilizotolewa na zilizo kwenye mzunguko.", shapes.SupplySchema,
        schemas.SUPPLY_QUERY,
    ),
    Route(
        "GET", "/v1/trial-balance", "books",
        "The books by account class.", "Urari wa vitabu kwa aina ya akaunti.", shapes.TrialBalanceSchema,
    ),
    Route(
        "GET", "/v1/days", "public",
        "Closed days, oldest first: the books and the money at the end of each.",
        "Siku zilizofungwa, za zamani kwanza: vitabu na fedha mwishoni mwa kila siku.",
        other_schemas.DaysSchema, schemas.DAYS_QUERY,
    ),
    Route(
        "GET", "/v1/days/{date}", "public",
        "The close of one day in East Africa.", "Kufungwa kwa siku moja ya Afrika Mashariki.", other_schemas.DaySchema,
    ),
    Route(
        "GET", "/v1/checkpoint", "public",
        "The newest signed checkpoint.", "Alama ya ukaguzi ya karibuni yenye saini.", media_type=TEXT,
    ),
    Route(
        "GET", "/v1/checkpoints/{size}", "public",
        "The signed checkpoint of a batch that ended at this size of the log.",
        "Alama ya ukaguzi yenye saini ya kundi lililoishia kwenye ukubwa huu wa kumbukumbu.", media_type=TEXT,
    ),
    Route(
        "GET", "/tile/{level}/{place}", "public",
        "A tile of the Merkle tree.", "Kigae cha mti wa Merkle.", media_type=BYTES,
    ),
    Route(
        "GET", "/v1/proofs/inclusion", "public",
        "The proof that a record is in the log.", "Uthibitisho kwamba rekodi imo kwenye kumbukumbu.",
        shapes.ProofSchema, schemas.INCLUSION_QUERY,
    ),
    Route(
        "GET", "/v1/proofs/consistency", "public",
        "The proof that the log only grew.", "Uthibitisho kwamba kumbukumbu imeongezeka tu.",
        shapes.ConsistencySchema, schemas.CONSISTENCY_QUERY,
    ),
    Route(
        "GET", "/v1/records", "overseer",
        "Records, whole.", "Rekodi, nzima nzima.", shapes.RecordsSchema, schemas.RECORDS_QUERY,
    ),
    Route("GET", "/healthz", "public", "Is it alive?", "Je, iko hai?", shapes.AliveSchema),
    Route("GET", "/readyz", "public", "Is it ready?", "Je, iko tayari?", shapes.ReadySchema),
    Route("GET", "/openapi.json", "public", "This description.", "Maelezo haya."),
    Route("GET", "/docs", "public", "This description as a page.", "Maelezo haya kama ukurasa.", media_type=HTML),
    Route("GET", "/docs/errors", "public", "Every error and refusal.", "Kila hitilafu na katazo.", media_type=HTML),
    Route("GET", "/docs/errors/{code}", "public", "One error or refusal.", "Hitilafu au katazo moja.", media_type=HTML),
    Route("GET", "/", "sandbox", "The front page.", "Ukurasa wa mwanzo.", media_type=HTML),
    Route(
        "GET", "/institutions/{party}", "sandbox",
        "An institution's bills as a page.", "Ankara za taasisi kama ukurasa.", media_type=HTML,
    ),
    Route("GET", "/bills", "sandbox", "Find a bill's page.", "Tafuta ukurasa wa ankara.", media_type=HTML, status=303),
    Route("GET", "/bills/{control_number}", "sandbox", "A bill as a page.", "Ankara kama ukurasa.", media_type=HTML),
    Route(
        "GET", "/receipts", "sandbox",
        "Where receipts are checked.", "Mahali pa kuhakiki stakabadhi.", media_type=HTML,
    ),
    Route("POST", "/receipts", "sandbox", "Check a receipt.", "Hakiki stakabadhi.", media_type=HTML),
    Route(
        "GET", "/static/{name}", "public",
        "Style and script of the pages.", "Mtindo na hati ya kurasa.", media_type="text/css",
    ),
)  # fmt: skip
"""Every route there is. A test compares it with Flask's own map."""


def path_parameters(route: Route) -> list[str]:
    """The names in braces."""
    return [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
