"""The mailboxes, one of them, and what was answered there."""

import re
from dataclasses import asdict, dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from consult.services.caseload import answered as messages
from consult.services.caseload import mailbox_pages
from consult.services.caseload.answered import Wish
from consult.services.caseload.public_states import PublicStatus
from consult.services.handling import allowances
from consult.services.handling.messages import by_slug
from consult.text.markup import render_markdown
from consult.text.normalise import tidy_line
from consult.web import current, labels
from consult.web.mailboxes import pace
from consult.web.mailboxes.blueprint import bp
from models.mailbox import Domain, Mailbox
from models.suggestion import SuggestionKind

NEWEST = 5
REGION = re.compile(r"[0-9]{6}")


@bp.get("/mailboxes")
def index() -> ResponseReturnValue:
    """Everybody who can be written to here, with how long their answers take."""
    session, words = current.session(), tidy_line(request.args.get("q", ""))[:100]
    page = max(1, request.args.get("page", 1, type=int))
    found = mailbox_pages.every(session, words=words, page=page)
    return render_template(
        "mailboxes/index.html",
        found=found,
        words=words,
        paces=pace.paces([one.topic_id for one in found.items]),
    )


@bp.get("/mailboxes/<slug>")
def mailbox(slug: str) -> ResponseReturnValue:
    """What may be written here, how long answers really take, and what was answered last."""
    session = current.session()
    found = by_slug(session, slug)
    return render_template(
        "mailboxes/mailbox.html",
        mailbox=found,
        pace=pace.paces([found.topic_id])[found.topic_id],
        guidance=Markup(render_markdown(found.guidance)),  # noqa: S704 - cleaned there
        newest=messages.newest(session, found, reader=current.person(), limit=NEWEST),
        allowed=allowances.allowances(session, found),
        **_choices(found),
    )


@bp.get("/mailboxes/<slug>/answered")
def answered(slug: str) -> ResponseReturnValue:
    """Messages that everybody may read: by words, domain, region, kind and status."""
    session = current.session()
    found, asked = by_slug(session, slug), _asked()
    return render_template(
        "mailboxes/answered.html",
        mailbox=found,
        asked=asked,
        found=messages.search(session, found, asked.wish, reader=current.person(), page=asked.page),
        **_choices(found),
    )


@dataclass(frozen=True)
class Asked:
    """What the address of the list asks for; nonsense in it is passed over."""

    wish: Wish
    page: int

    @property
    def arguments(self) -> dict[str, str]:
        """As arguments of an address, without the page."""
        values = asdict(self.wish)
        names = {"words": "q", "region_code": "region"}
        return {names.get(name, name): str(value) for name, value in values.items() if value}


def _asked() -> Asked:
    args = request.args
    domain, kind, status = args.get("domain", ""), args.get("kind", ""), args.get("status", "")
    region = args.get("region", "")
    return Asked(
        Wish(
            words=tidy_line(args.get("q", ""))[:100],
            domain=Domain(domain) if domain in set(Domain) else None,
            region_code=region if REGION.fullmatch(region) else "",
            kind=SuggestionKind(kind) if kind in OFFERED else None,
            status=PublicStatus(status) if status in set(PublicStatus) else None,
        ),
        max(1, args.get("page", 1, type=int)),
    )


#: Reports are in no list.
OFFERED = [kind for kind in SuggestionKind if kind is not SuggestionKind.REPORT]


def _choices(found: Mailbox) -> dict[str, object]:
    regions = mailbox_pages.regions_of(current.session(), found)
    return {
        "domains": labels.choices(Domain),
        "kinds": [(kind.value, labels.label(kind)) for kind in OFFERED],
        "statuses": labels.choices(PublicStatus),
        "regions": [(one.code, labels.named(one)) for one in regions],
    }
