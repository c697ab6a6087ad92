"""The shapes of notices: events as they are sent and listed, and the webhooks that they are sent to."""

from __future__ import annotations

from marshmallow import fields, validate

from api import members
from api.answer_schemas import ReceiptSchema
from api.schemas import Strict
from ledger.notices import EVENT, TEST_KIND
from ledger.receivers import URL_CHARACTERS_MAX
from ledger.rules.notices import NoticeKind
from ledger.signing.notices import PUBLIC_PREFIX, SECRET_PREFIX

WEBHOOK = r"wh_[0-9a-f]{16}"
_EVENT = validate.Regexp(rf"\A{EVENT.pattern}\Z")
_WEBHOOK = validate.Regexp(rf"\A{WEBHOOK}\Z")
_KEY = validate.Regexp(rf"\A{PUBLIC_PREFIX}[A-Za-z0-9+/]{{43}}=\Z")


class EventDataSchema(Strict):
    """What happened to whose bill, how much of it is this institution's, and the proof."""

    event = members.words("The event's id: the same however often it is sent.", rule=_EVENT)
    order = members.words("The order that did it.")
    sequence = members.whole("Its record's place in the log.")
    payment = members.words("The order that paid the bill.")
    bill = members.words("The order that raised the bill.")
    bill_id = members.words("The institution's own number for it.")
    control_number = members.words("By which it is paid.")
    institution = members.words("Whose bill it is.")
    service = members.words("What it was raised for.")
    currency = members.words("ISO 4217.")
    amount = members.amount("What of it reached, or left, this institution's accounts.")
    counterparty = members.words("The account that paid, or that was given back.")
    receipt = fields.Nested(ReceiptSchema, required=True)


class EventSchema(Strict):
    """An event, as a webhook gets it and as it is listed."""

    type = members.one_of("What happened.", NoticeKind)
    timestamp = members.instant("When it was recorded.")
    data = fields.Nested(EventDataSchema, required=True)


class EventsSchema(Strict):
    """A page of the institution's events, oldest first."""

    events = fields.List(fields.Nested(EventSchema), required=True)
    next = members.words("`after` of the next page, be it empty as yet; null: from the start.", none=True)
    more = fields.Boolean(required=True, metadata={"description": "Whether there are more at this moment."})
    log_size = members.log_size()


class DeliverySchema(Strict):
    """How one event stands with one webhook."""

    webhook = members.words("Which.", rule=_WEBHOOK)
    state = members.words(
        "`delivered`, `waiting` for its turn, or `retrying`.",
        rule=validate.OneOf(("delivered", "waiting", "retrying")),
    )


class NoticeSchema(Strict):
    """An event, and how it stands with each webhook."""

    event = members.words("The event's id.", rule=_EVENT)
    type = members.one_of("What happened.", NoticeKind)
    sequence = members.whole("Its record's place in the log.")
    bill_id = members.words("The institution's own number.")
    control_number = members.words("By which the bill is paid.")
    currency = members.words("ISO 4217.")
    amount = members.amount("What of it is this institution's.")
    deliveries = fields.List(fields.Nested(DeliverySchema), required=True)


class NoticesSchema(Strict):
    """A page of the institution's events and how their deliveries stand, oldest first."""

    notices = fields.List(fields.Nested(NoticeSchema), required=True)
    next = members.words("`after` of the next page; null: from the start.", none=True)
    more = fields.Boolean(required=True, metadata={"description": "Whether there are more at this moment."})
    log_size = members.log_size()


class WebhookRowSchema(Strict):
    """A webhook and how far its receiver has come."""

    webhook = members.words("Its id.", rule=_WEBHOOK)
    url = members.words("Where notices are sent.")
    created_at = members.instant("When it was added.")
    backlog = members.whole("How many notices wait for it.")
    delivered = members.words("The last event that was taken; null: none yet.", none=True)
    attempts = members.whole("How often the next one was tried in vain.")
    next_attempt = members.words("When it is tried again; null: at once.", none=True)
    last_status = members.whole("The HTTP status of the last answer; null: none came.", none=True)
    last_problem = members.words("What was wrong, in one word; null: nothing.", none=True)


class WebhooksSchema(Strict):
    """The institution's webhooks."""

    webhooks = fields.List(fields.Nested(WebhookRowSchema), required=True)
    key = members.words("The ledger's public notice key (Ed25519, `v1a`).", rule=_KEY)
    log_size = members.log_size()


class NewWebhookSchema(Strict):
    """Where notices are wanted."""

    url = fields.String(
        required=True,
        validate=validate.Length(1, URL_CHARACTERS_MAX),
        metadata={"description": "https, at a public address; in a sandbox also http on the machine itself."},
    )


class MadeWebhookSchema(Strict):
    """A webhook with its secret, which is shown this once."""

    webhook = members.words("Its id.", rule=_WEBHOOK)
    url = members.words("Where notices are sent.")
    secret = members.words(
        "With it notices are verified.", rule=validate.Regexp(rf"\A{SECRET_PREFIX}[A-Za-z0-9+/]{{43}}=\Z")
    )
    key = members.words("The ledger's public notice key (Ed25519, `v1a`).", rule=_KEY)


class SendSchema(Strict):
    """What to send once more."""

    event = fields.String(
        required=True,
        validate=validate.Regexp(rf"\A(?:test|{EVENT.pattern})\Z"),
        metadata={"description": f"An event's id, or `test` for a new event of type `{TEST_KIND}`."},
    )


class SentSchema(Strict):
    """What will be sent."""

    webhook = members.words("To which.", rule=_WEBHOOK)
    event = members.words("The event's id.")
