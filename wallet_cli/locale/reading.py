"""Looking at money: balance, history, and the raw call."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "balance.as_of": (
        "as of log entry {record}, {moment}",
        "kufikia ingizo la leja {record}, {moment}",
    ),
    "history.none": (
        "Nothing has been posted to this account yet.",
        "Bado hakuna kilichoandikwa kwenye akaunti hii.",
    ),
    "statement.period": ("Period", "Kipindi"),
    "statement.opening": ("Opening balance", "Salio la kuanzia"),
    "statement.closing": ("Closing balance", "Salio la kufungia"),
    "statement.none": ("Nothing moved in this period.", "Hakuna kilichohama katika kipindi hiki."),
    "statement.saved": (
        "The statement is in {path}; a browser opens it",
        "Taarifa imehifadhiwa: {path}; hufunguka kwa kivinjari",
    ),
    "fault.statement_long": (
        "{count} entries are too many for one page.",
        "Maingizo {count} ni mengi mno kwa ukurasa mmoja.",
    ),
    "fault.statement_long.next": (
        "choose fewer days with --from and --to, or use --csv",
        "chagua siku chache kwa --from na --to, au tumia --csv",
    ),
    "fault.statement_file_exists": (
        "There is a file of this name already:\n{path}",
        "Tayari lipo faili la jina hili:\n{path}",
    ),
    "fault.statement_file_exists.next": ("name another with --html", "taja jingine kwa --html"),
    "fault.month_form": ('"{typed}" is not a month.', '"{typed}" si mwezi.'),
    "fault.month_form.next": ("write it like 2026-11", "uandike kama 2026-11"),
    "fault.day_form": ('"{typed}" is not a day.', '"{typed}" si siku.'),
    "fault.day_form.next": ("write it like 2026-11-24", "iandike kama 2026-11-24"),
    "fault.month_or_days": (
        "A month has its days already.",
        "Mwezi una siku zake tayari.",
    ),
    "fault.month_or_days.next": ("give --month, or --from and --to", "weka --month, au --from na --to"),
    "fault.period_ahead": (
        "This period has not begun: it starts on {day}.",
        "Kipindi hiki hakijaanza: kitaanza tarehe {day}.",
    ),
    "fault.period_ahead.next": ("pochi statement shows the month so far", "pochi taarifa huonesha mwezi huu"),
    "fault.period_before": (
        "This account was opened after {day}: there is no statement of that time.",
        "Akaunti hii ilifunguliwa baada ya {day}: hakuna taarifa ya wakati huo.",
    ),
    "fault.period_before.next": (
        "pochi statement shows the month so far",
        "pochi taarifa huonesha mwezi huu",
    ),
    "fault.days_backwards": (
        "The first day, {first}, comes after the last, {last}.",
        "Siku ya kwanza, {first}, iko baada ya siku ya mwisho, {last}.",
    ),
    "fault.days_backwards.next": (
        "give the earlier day with --from, the later with --to",
        "weka siku ya mapema kwa --from, na ya baadaye kwa --to",
    ),
    "fault.statement_wrong": (
        "The ledger's statement does not add up. Do not rely on it.",
        "Taarifa ya leja haijumuiki sawa. Usiitegemee.",
    ),
    "fault.statement_wrong.next": (
        "pochi history, and tell the ledger's supervisor",
        "pochi miamala, na umjulishe msimamizi wa leja",
    ),
    "help.statement": ("A month or any days, as for a bank.", "Mwezi au siku zozote, kama benki."),
    "help.option.month": ("A month: 2026-11.", "Mwezi: 2026-11."),
    "help.option.from_day": ("The first day: 2026-11-01.", "Siku ya kwanza: 2026-11-01."),
    "help.option.to_day": ("The last day: 2026-11-30.", "Siku ya mwisho: 2026-11-30."),
    "help.option.as_csv": ("For a spreadsheet.", "Kwa jedwali la hesabu."),
    "help.option.file": ("Save it as a page that a browser opens.", "Hifadhi kama ukurasa wa kivinjari."),
    "history.in": ("in", "ndani"),
    "history.out": ("out", "nje"),
    "history.kind_refund": ("Refund", "Marejesho"),
    "history.kind_reverse": ("Correction", "Marekebisho"),
    "history.kind_redeem": ("Redeemed", "Imekombolewa"),
    "history.more": (
        "There is more: pochi history --before {cursor}",
        "Yapo zaidi: pochi miamala --before {cursor}",
    ),
    "history.heading_amount": ("Amount", "Kiasi"),
    "history.heading_balance": ("Balance", "Salio"),
    "history.heading_other": ("To or from", "Kwa au kutoka"),
    "history.heading_time": ("Time", "Wakati"),
}
