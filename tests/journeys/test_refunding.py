"""The payee gives money back: all or a part of a payment, never more, and only with consent."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.conftest import Town


def test_a_payment_is_given_back_in_parts(town: Town, tmp_path: Path) -> None:
    """By the end of the order's id as history shows it; above the payment, twice, or another's: refused."""
    neema = town.newcomer(tmp_path / "neema")
    order = str(town.asha.told("send", neema.account, "1,000")["order"])
    assert neema.run("refund", order, "1,000.01", "--yes").code == 6
    assert neema.run("refund", order, "--no-input").code == 2
    said = neema.run("refund", order[-8:], "400", "--lang", "en", typed="n\n")
    assert said.code == 3
    assert "TSh 1,000.00 came in" in said.err
    told = neema.told("refund", order[-8:], "400", "-r", "RMA/1")
    assert (told["payment"], told["payee"], told["amount"]) == (order, town.asha.account, "400.00")
    assert neema.balance == "50600.00"
    for language, left, back in (("en", "can still be given back", "TSh 400.00 given back already"),
                                 ("sw", "bado kurejeshwa", "zimesharejeshwa TSh 400.00")):  # fmt: skip
        above = neema.run("refund", order, "600.01", "--yes", "--lang", language)
        assert above.code == 6
        assert left in above.err
        assert "TSh 600.00" in above.err
        assert back in neema.run("refund", order, "--lang", language, typed="\n").err
    rest = neema.ok("rejesha", order, "--yes", "--lang", "sw")
    assert "Umerejesha TSh 600.00" in rest.err
    assert "Stakabadhi: pochi stakabadhi onesha" in rest.err
    again = neema.run("refund", order, "--yes", "--lang", "en")
    assert again.code == 6
    assert "all of it" in again.err
    assert neema.balance == "50000.00"
    for named in ("00000000", order[-3:], str(told["order"])):
        assert neema.run("refund", named, "--yes").code == 5
    assert town.asha.run("refund", order, "--yes").code == 5
    assert all(len(line) <= 78 for line in neema.ok("history").out.splitlines())
