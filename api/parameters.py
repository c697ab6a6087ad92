"""The parameters in the paths and queries of the API: their form, and one sentence about each in both languages."""

from __future__ import annotations

import re
from typing import Any

from api.notice_schemas import WEBHOOK
from api.payloads import ADDRESS_PATTERN, CONTROL_NUMBER_PATTERN, whole
from ledger.addresses import ORDER_ID
from ledger.faults import Fault
from ledger.orders.fields import KID, PARTY
from ledger.refusals import Reason

TILE = re.compile(r"(?:x[0-9]{3}/){0,5}[0-9]{3}(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
"""C2SP tlog-tiles: the index in groups of three digits, all but the last with an x; `.p/W` for a partial tile."""

PATHS: dict[str, dict[str, Any]] = {
    "order_id": {"type": "string", "pattern": whole(ORDER_ID)},
    "address": {"type": "string", "pattern": ADDRESS_PATTERN},
    "kid": {"type": "string", "pattern": whole(KID)},
    "control_number": {"type": "string", "pattern": CONTROL_NUMBER_PATTERN},
    "alias": {"type": "string", "pattern": "^(?:(?:\\+|00)?255[67][0-9]{8}|0?[67][0-9]{8}|[0-9]{8})$"},
    "size": {"type": "string", "pattern": "^[1-9][0-9]{0,17}$"},
    "level": {"type": "integer", "minimum": 0, "maximum": 7},
    "place": {"type": "string", "pattern": whole(TILE)},
    "party": {"type": "string", "pattern": whole(PARTY)},
    "code": {"type": "string", "enum": [code.value for code in (*Reason, *Fault)]},
    "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "webhook": {"type": "string", "pattern": f"^{WEBHOOK}$"},
    "name": {"type": "string", "enum": ["daftari.css", "icon.svg", "turn.js"]},
}
"""The form of each name that stands in braces in a path."""

SENTENCES: dict[str, tuple[str, str]] = {
    "order_id": ("The order's id.", "Utambulisho wa agizo."),
    "address": ("The account's address.", "Anwani ya akaunti."),
    "kid": ("The key's RFC 7638 thumbprint.", "Alama ya ufunguo (RFC 7638)."),
    "control_number": ("Twelve digits.", "Tarakimu kumi na mbili."),
    "alias": ("A telephone number or a Lipa Namba.", "Namba ya simu au Lipa Namba."),
    "level": ("The level of the tree; leaves are 0.", "Ngazi ya mti; majani ni 0."),
    "place": (
        "The tile's index as C2SP tlog-tiles writes it, with its slashes.",
        "Nafasi ya kigae kama C2SP tlog-tiles inavyoiandika, pamoja na mistari mikato yake.",
    ),
    "party": ("The party's id.", "Utambulisho wa mshiriki."),
    "code": ("The code of an error or a refusal.", "Alama ya hitilafu au katazo."),
    "date": ("The day, a date in East Africa.", "Siku, tarehe ya Afrika Mashariki."),
    "webhook": ("The webhook's id.", "Utambulisho wa webhook."),
    "name": ("The file's name.", "Jina la faili."),
    "lang": ("Language: en or sw.", "Lugha: en au sw."),
    "limit": ("How many rows at most.", "Safu zisizozidi ngapi."),
    "before": ("Where the last page ended: its next.", "Ukurasa uliopita uliishia wapi: next yake."),
    "after": ("Where the last page ended, or began.", "Ukurasa uliopita uliishia au ulianzia wapi."),
    "as_of": ("A size of the log, or an instant.", "Ukubwa wa kumbukumbu, au wakati kamili."),
    "format": ("json, csv or page.", "json, csv au page."),
    "currency": ("Only this currency.", "Sarafu hii tu."),
    "dry_run": ("true: only ask what would happen.", "true: uliza tu nini kingetokea."),
    "from": (
        "The first record or day, the smaller size, or where a period begins.",
        "Rekodi au siku ya kwanza, ukubwa mdogo zaidi, au mwanzo wa kipindi.",
    ),
    "to": ("The larger size, or where a period ends.", "Ukubwa mkubwa zaidi, au mwisho wa kipindi."),
    "status": ("How the bills stand now.", "Hali ya ankara kwa sasa."),
    "bill_id": ("The institution's own number of the bill.", "Namba ya ankara ya taasisi yenyewe."),
    "search": ("Words of the service or the institution.", "Maneno ya huduma au ya taasisi."),
    "index": ("Sequence of the record.", "Namba ya rekodi."),
    "size": ("Size of the log.", "Ukubwa wa kumbukumbu."),
}
"""English, Swahili. A test holds every parameter to this table."""
