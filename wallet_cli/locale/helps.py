"""What `--help` says, and the Swahili names of the commands."""

from __future__ import annotations

SWAHILI_NAMES: dict[str, str] = {
    "init": "anza",
    "balance": "salio",
    "send": "tuma",
    "pay": "lipa",
    "history": "miamala",
    "receipt": "stakabadhi",
    "outbox": "sanduku",
    "contact": "anwani",
    "profile": "wasifu",
    "sandbox": "majaribio",
    "doctor": "kagua",
    "show": "onesha",
    "verify": "hakiki",
    "save": "hifadhi",
    "list": "orodha",
    "retry": "rudia",
    "drop": "acha",
    "add": "ongeza",
    "remove": "ondoa",
    "use": "tumia",
    "fund": "jaza",
    "agency": "taasisi",
    "bill": "ankara",
    "words": "maneno",
    "help": "msaada",
}
"""English name to Swahili name, of commands and of the verbs below them. Both work in either language."""

SENTENCES: dict[str, tuple[str, str]] = {
    "help.pochi": (
        "A wallet for a Daftari ledger: pay, be paid, and prove it.",
        "Pochi ya daftari: lipa, lipwa, na uthibitishe.",
    ),
    "help.init": (
        "Make a wallet, or restore one from its words.",
        "Tengeneza pochi, au irejeshe kwa maneno yake.",
    ),
    "help.balance": ("Show how much money you have.", "Onesha una fedha kiasi gani."),
    "help.send": ("Send money to a person.", "Mtumie mtu fedha."),
    "help.pay": (
        "Pay a government bill by its control number.",
        "Lipa ankara ya Serikali kwa namba ya malipo.",
    ),
    "help.history": ("Show what came in and went out.", "Onesha zilizoingia na zilizotoka."),
    "help.receipt": (
        "Show, check or save the proof of a payment.",
        "Onesha, hakiki au hifadhi uthibitisho wa malipo.",
    ),
    "help.receipt.show": ("Show a receipt.", "Onesha stakabadhi."),
    "help.receipt.verify": (
        "Check a receipt, even without a network.",
        "Hakiki stakabadhi, hata bila mtandao.",
    ),
    "help.receipt.save": ("Save a receipt as a file.", "Hifadhi stakabadhi kama faili."),
    "help.outbox": ("Orders that wait for their answer.", "Maagizo yanayosubiri jibu."),
    "help.outbox.list": ("List the orders that wait.", "Orodhesha maagizo yanayosubiri."),
    "help.outbox.retry": (
        "Send the same orders again; cannot pay twice.",
        "Tuma tena maagizo yaleyale; hailipi mara mbili.",
    ),
    "help.outbox.drop": ("Give up an order that was not posted.", "Acha agizo ambalo halikuandikwa."),
    "help.contact": ("People you pay, by name.", "Watu unaowalipa, kwa majina."),
    "help.contact.add": ("Add a contact.", "Ongeza jina na anwani."),
    "help.contact.list": ("List your contacts.", "Orodhesha anwani zako."),
    "help.contact.remove": ("Remove a contact.", "Ondoa jina."),
    "help.profile": ("Wallets on this machine.", "Pochi zilizo kwenye mashine hii."),
    "help.profile.list": ("List the profiles.", "Orodhesha wasifu zote."),
    "help.profile.use": ("Choose the profile to use.", "Chagua wasifu wa kutumia."),
    "help.profile.show": ("Show a profile and its pinned ledger.", "Onesha wasifu na daftari lake."),
    "help.sandbox": ("Test money and test institutions.", "Fedha za mfano na taasisi za mfano."),
    "help.sandbox.fund": ("Get test money.", "Pata fedha za mfano."),
    "help.sandbox.agency": (
        "Make a test institution that raises bills.",
        "Tengeneza taasisi ya mfano inayotoa ankara.",
    ),
    "help.api": ("Ask the ledger's API directly.", "Uliza API ya daftari moja kwa moja."),
    "help.doctor": ("Check the wallet and its ledger.", "Kagua pochi na daftari lake."),
    "help.option.profile": ("The profile to use.", "Wasifu wa kutumia."),
    "help.option.lang": ("Language: en or sw.", "Lugha: en au sw."),
    "help.option.json": ("One JSON object on standard output.", "Kitu kimoja cha JSON kwenye tokeo."),
    "help.option.yes": ("Agree without being asked.", "Kubali bila kuulizwa."),
    "help.option.no_input": ("Never ask anything.", "Usiulize chochote."),
    "help.option.passphrase_file": (
        "A private file whose first line is the passphrase.",
        "Faili la siri lenye nenosiri mstari wa kwanza.",
    ),
    "help.option.quick": ("Sandbox only: ask nothing.", "Majaribio tu: usiulize chochote."),
    "help.option.restore": ("Restore from 24 recovery words.", "Rejesha kwa maneno 24."),
    "help.option.ledger": ("The ledger's URL.", "URL ya daftari."),
    "help.option.reference": (
        "Your reference, at most 35 characters.",
        "Kumbukumbu yako, isizidi herufi 35.",
    ),
    "help.option.dry_run": (
        "Ask the ledger what would happen; post nothing.",
        "Uliza daftari matokeo; usiandike chochote.",
    ),
}
