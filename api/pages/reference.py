"""What the page /docs shows: every operation and every kind of order, in one language, ready to be laid out."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from api import parameters, payloads
from api.answers import JOSE, JSON
from api.description import described_parameters, example_of, examples, operation_id
from api.openapi import TOKEN, Route
from api.possible import own_codes
from ledger.faults import Fault
from ledger.orders.form import Form
from ledger.orders.forms import FORMS
from ledger.words.languages import Language

TEXT_CHARACTERS_MAX = 48
_SHOWN = 36

SENTENCES: dict[str, tuple[str, str]] = {
    "how": (
        (
            "Orders need no token: their signature counts. Everything else that is not public wants a caller token, a "
            "JWT of at most five minutes signed by one of your registered keys: type daftari-caller+jwt, claims aud "
            "(the ledger's id), iat and exp."
        ),
        (
            "Maagizo hayahitaji tokeni: saini yao ndiyo inayohesabika. Mengine yote yasiyo ya wazi yanahitaji tokeni "
            "ya mwitaji, JWT ya dakika tano zisizozidi iliyosainiwa na mojawapo ya funguo zako zilizosajiliwa: aina "
            "daftari-caller+jwt, madai aud (utambulisho wa leja), iat na exp."
        ),
    ),
    "how_to_ask": (
        (
            "Accept-Language (en, sw) chooses the language of the answers. A Request-Id of yours, up to 64 of "
            "A-Z a-z 0-9 . _ -, comes back in the answer and in every problem."
        ),
        (
            "Accept-Language (en, sw) huchagua lugha ya majibu. Request-Id yako, hadi herufi 64 za "
            "A-Z a-z 0-9 . _ -, hurudi kwenye jibu na kwenye kila tatizo."
        ),
    ),
    "shortened": (
        "Long texts in the examples are shortened with …; openapi.json has them whole.",
        "Maandishi marefu kwenye mifano yamefupishwa kwa …; openapi.json inayo yote.",
    ),
    "contents": ("Contents", "Yaliyomo"),
    "operations": ("Operations", "Operesheni"),
    "kinds": ("Kinds of order", "Aina za maagizo"),
    "kinds_how": (
        "An order's payload has the members order, id, ledger and expires, and those of its kind.",
        "Maudhui ya agizo yana vipengele order, id, ledger na expires, pamoja na vile vya aina yake.",
    ),
    "optional": ("may be left out", "si lazima"),
    "request": ("Request", "Ombi"),
    "problems": ("Problems", "Matatizo"),
    "anywhere": ("Problems of every operation", "Matatizo ya kila operesheni"),
    "anywhere_too": ("and those of every operation", "na yale ya kila operesheni"),
    "refusals": ("every refusal, as 422", "kila katazo, kama 422"),
    "given_by": ("Given by", "Hutolewa na"),
    "new_order": ("May a new order succeed later?", "Je, agizo jipya linaweza kufaulu baadaye?"),
    "in_every": ("every operation", "kila operesheni"),
    "english": ("In English", "Kwa Kiingereza"),
    "swahili": ("In Swahili", "Kwa Kiswahili"),
}

KINDS: dict[str, tuple[str, str]] = {
    "register_party": ("A party and its first key.", "Mshiriki na ufunguo wake wa kwanza."),
    "open_account": ("An account for a party.", "Akaunti ya mshiriki."),
    "add_key": ("One more key for one's own party.", "Ufunguo mwingine wa mshiriki mwenyewe."),
    "revoke_key": ("An end to one of one's keys.", "Mwisho wa mojawapo ya funguo zako."),
    "issue": ("New money into circulation, by the issuer.", "Fedha mpya kwenye mzunguko, na mtoaji."),
    "pay": ("A payment to 1 to 100 payees, all or nothing.", "Malipo kwa walipwaji 1 hadi 100, yote au hakuna."),
    "raise_bill": ("A bill, by an institution's maker.", "Ankara, na mwandaaji wa taasisi."),
    "approve_bill": ("The checker's yes to a bill.", "Idhini ya mhakiki kwa ankara."),
    "change_bill": ("A maker asks to change a bill.", "Mwandaaji anaomba kubadilisha ankara."),
    "cancel_bill": ("A maker takes a bill back.", "Mwandaaji anafuta ankara."),
    "approve_bulk": (
        "A checker's yes to many bills before they are raised.",
        "Idhini ya mhakiki kwa ankara nyingi kabla hazijaandaliwa.",
    ),
    "pay_bill": ("The full payment of a bill.", "Malipo kamili ya ankara."),
    "redeem": ("Money out of circulation.", "Fedha kuondolewa kwenye mzunguko."),
    "refund": ("The payee gives a payment back, or a part of it.", "Mlipwaji anarudisha malipo, au sehemu yake."),
    "reverse": ("The supervisor's correction of a whole entry.", "Marekebisho ya msimamizi ya ingizo zima."),
    "freeze": ("An account is stopped, with reason and authority.", "Akaunti inazuiwa, kwa sababu na mamlaka."),
    "unfreeze": ("An end to a freeze.", "Mwisho wa zuio."),
    "close_account": ("An end to an empty account.", "Mwisho wa akaunti isiyo na kitu."),
    "grant_role": ("A role for a party.", "Jukumu kwa mshiriki."),
    "withdraw_role": ("An end to a party's role.", "Mwisho wa jukumu la mshiriki."),
    "adopt_rules": ("Newer rules from here on.", "Kanuni mpya kuanzia hapa."),
    "rotate_log_key": ("A new log key, endorsed by the old.", "Ufunguo mpya wa kumbukumbu, kwa idhini ya wa zamani."),
    "attest_backing": ("The auditor states the settlement balance.", "Mkaguzi anataja salio la dhamana."),
}  # fmt: skip
"""One sentence per kind of order, English and Swahili."""


class Member(NamedTuple):
    """A parameter, or a member of a payload: `form` is a pattern, a choice or a kind."""

    name: str
    form: str
    required: bool
    sentence: str = ""


class Operation(NamedTuple):
    """An operation as the page shows it. Empty texts stand for what it does not have."""

    method: str
    path: str
    anchor: str
    sentence: str
    who: str
    parameters: list[Member]
    request: str
    curl: str
    status: int
    answer: str
    codes: list[str]
    takes_orders: bool


class Kind(NamedTuple):
    """A kind of order as the page shows it."""

    name: str
    sentence: str
    members: list[Member]
    example: str


def tell(key: str, language: Language) -> str:
    """A sentence of this page."""
    return SENTENCES[key][language == "sw"]


def operation(route: Route, language: Language) -> Operation:
    """One operation in this language."""
    example = example_of(route)
    return Operation(
        method=route.method,
        path=route.path,
        anchor=operation_id(route),
        sentence=route.sw if language == "sw" else route.en,
        who=route.who,
        parameters=[_parameter(row, language) for row in described_parameters(route)],
        request=shown(example["request"]) if "request" in example else "",
        curl=curl(route),
        status=int(example.get("status", route.status)),
        answer=shown(example["answer"]) if "answer" in example else "",
        codes=[code.value for code in Fault if code in own_codes(route)],
        takes_orders=route.who == "order",
    )


def kind(form: Form, language: Language) -> Kind:
    """One kind of order in this language."""
    members = [
        Member(name, form_of(payloads.member_of(form.name, name)), name in form.required)
        for name in sorted(form.required | form.optional, key=lambda name: (name in form.optional, name))
    ]
    sentence = KINDS[form.name][language == "sw"]
    return Kind(form.name, sentence, members, shown(examples()["orders"].get(form.name, {})))


def kinds(language: Language) -> list[Kind]:
    """Every kind of order."""
    return [kind(form, language) for form in FORMS]


def _parameter(described: dict[str, Any], language: Language) -> Member:
    name = str(described["name"])
    sentence = parameters.SENTENCES[name][language == "sw"]
    return Member(name, form_of(described["schema"]), bool(described.get("required")), sentence)


def form_of(schema: dict[str, Any]) -> str:
    """A schema in a few characters: its pattern, its choices, its range, or its kind."""
    if "pattern" in schema:
        return str(schema["pattern"])
    if "enum" in schema:
        choices = [str(value) for value in schema["enum"]]
        return " | ".join(choices) if len(choices) < 10 else str(schema["type"])
    if "minimum" in schema:
        return f"{schema['type']}, {schema['minimum']}-{schema.get('maximum', '')}"
    if schema.get("type") == "array":
        return f"array, {schema['minItems']}-{schema['maxItems']}"
    return str(schema.get("type", "object"))


def curl(route: Route) -> str:
    """The call as one types it; `$LEDGER` is where the ledger is, `$TOKEN` a caller token."""
    example = example_of(route)
    words = ["curl"]
    if route.method not in ("GET", "POST"):
        words.append(f"-X {route.method}")
    if route.who in TOKEN:
        words.append('-H "Authorization: Bearer $TOKEN"')
    if isinstance(example.get("request"), str):
        words.append(f"-H 'Content-Type: {JOSE}' --data-binary @order.jws")
    elif "request" in example:
        words.append(f"-H 'Content-Type: {JSON}' -d '{json.dumps(example['request'])}'")
    elif route.method == "POST":
        words.append("-F receipt=@receipt.json")
    return " ".join([*words, f'"$LEDGER{example.get("path", route.path)}"'])


def shown(value: object) -> str:
    """An example as a person reads it: indented, long texts shortened."""
    if isinstance(value, str):
        return value if "\n" in value else _short(value)
    return json.dumps(_shortened(value), indent=2, ensure_ascii=False)


def _shortened(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return _short(value) if isinstance(value, str) else value


def _short(text: str) -> str:
    return text if len(text) <= TEXT_CHARACTERS_MAX else f"{text[:_SHOWN]}…"
