"""An institution hears of its payments: by a webhook, and by listening where nobody can call it."""

from __future__ import annotations

from tests.journeys.conftest import Town
from tests.receiving import Receiving


def test_a_webhook_from_the_first_to_the_last_word(town: Town) -> None:
    """Added, tested, paid, sent again, rotated, listed, removed; in both languages."""
    agency = town.institution
    with Receiving() as receiving:
        made = agency.told("webhook", "add", receiving.url)
        test = agency.told("webhook", "trigger")
        receiving.wait(lambda: test["event"] in receiving.events)
        number = town.new_bill("15,000")
        town.asha.ok("pay", number, "--yes")
        receiving.wait(lambda: len(receiving.got) == 2)
        notice = receiving.got[1].verified(made["secret"])
        assert (notice["type"], notice["data"]["control_number"]) == ("bill.paid", number)
        event = notice["data"]["event"]
        said = agency.ok("webhook", "resend", event).text
        assert f"{event} is sent to {made['webhook']}." in said
        receiving.wait(lambda: receiving.events == [test["event"], event, event])
        turned = agency.ok("arifa", "badilisha", made["webhook"], "--lang", "sw").text
        assert "Siri mpya inasaini" in turned
        assert "whsec_" in turned
        assert made["secret"] not in turned
        listed = agency.ok("webhook", "list").text
        assert receiving.url in listed
        assert "0 notices wait" in listed
        assert "whsec_" not in listed
    agency.ok("webhook", "remove", made["webhook"])
    assert "No webhook yet" in agency.ok("webhook", "list").text
    assert agency.run("webhook", "trigger").code == 5
    refused = agency.run("webhook", "add", "http://10.0.0.1/")
    assert refused.code != 0
    assert "Traceback" not in refused.text


def test_listening_where_nobody_can_call(town: Town) -> None:
    """The same events, each with its receipt checked, handed on to a program on this machine that verifies them."""
    agency = town.institution
    before = agency.told("webhook", "listen", "--once")["next"]
    after = () if before is None else ("--after", before)
    number = town.new_bill("7,000")
    town.asha.ok("pay", number, "--yes")
    with Receiving() as receiving:
        said = agency.ok("webhook", "listen", "--once", *after, "--forward", receiving.url)
        secret = next(word for word in said.err.split() if word.startswith("whsec_"))
        (got,) = receiving.got
        assert got.path == "/notices"
        assert got.verified(secret)["data"]["control_number"] == number
        assert "bill.paid" in said.out
        assert "TZS 7000.00" in said.out
    gone = agency.run("webhook", "listen", "--once", *after, "--forward", receiving.url)
    assert gone.code == 75
    assert agency.run("webhook", "listen", "--forward", "http://1.1.1.1/").code == 2
    (event,) = agency.told("webhook", "listen", "--once", *after)["events"]
    assert event["data"]["control_number"] == number
