"""Where each act on a case is done: the one map from the table of moves to pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from consult.permissions import Permission, can
from consult.services.caseload.case_pages import CasePage
from consult.services.handling.insiders import supervises
from consult.services.handling.more_time import STATES as EXTENDABLE
from consult.services.handling.moves import CaseAct as A
from consult.services.handling.moves import Party
from consult.web.handling.wording import called
from models.case import Case
from models.cluster import Cluster
from models.person import Person
from models.reply import Reply, ReplyStage

#: Acts with a page of their own. The others share ``handling.act``; what is missing from
#: :data:`SHARED` too is no act of staff by hand.
PAGES: Mapping[A, str] = {
    A.DRAFT: "handling.reply",
    A.PASS: "handling.review",
    A.RETURN_REPLY: "handling.review",
    A.PUBLISH: "handling.review",
    A.EXTEND: "handling.extension",
    A.MERGE: "handling.join",
}
SHARED = frozenset(
    {
        A.BEGIN_REVIEW,
        A.ACCEPT,
        A.REFUSE,
        A.RETURN_FOR_MORE,
        A.RECONSIDER,
        A.TRANSFER_OUT,
        A.ASSIGN,
        A.OBJECT,
        A.REASSIGN,
        A.UPHOLD,
        A.TAKE_UP,
        A.REOPEN,
        A.CLOSE,
        A.DISMISS,
        A.GRANT,
        A.UNMERGE,
    }
)
#: What is usually done next; it stands first, as the button that is meant.
FIRST = (A.ACCEPT, A.ASSIGN, A.TAKE_UP, A.DRAFT, A.PASS, A.PUBLISH, A.UPHOLD, A.REOPEN)
#: What ends or refuses something.
WEIGHTY = frozenset({A.REFUSE, A.TRANSFER_OUT, A.OBJECT, A.GRANT})
#: On whose desk a reply lies, and who may act on it then.
REVIEWERS = {ReplyStage.UNIT_LEADER: Party.LEADER, ReplyStage.ASSIGNER: Party.ASSIGNER}


@dataclass(frozen=True)
class ActLink:
    """An act that somebody may do now, and the page on which it is done."""

    act: A
    label: LazyString | str
    url: str
    #: Of the button: primary, secondary, danger.
    kind: str


def act_links(
    case: Case,
    acts: Iterable[A],
    *,
    parties: frozenset[Party] = frozenset(Party),
    reply: Reply | None = None,
    group: Cluster | None = None,
) -> list[ActLink]:
    """A link for each of ``acts`` (:func:`consult.services.handling.moves.acts_of`), each page once.

    Of a reply its review is offered only to those on whose desk it lies.
    """
    found: dict[str, ActLink] = {}
    for act in acts:
        url = _url(case, act, group)
        if url and url not in found and not _elsewhere(act, parties, reply):
            found[url] = ActLink(act, called(act), url, "danger" if act in WEIGHTY else "secondary")
    links = sorted(found.values(), key=lambda link: _rank(link.act))
    if links and links[0].act in FIRST:
        links[0] = ActLink(links[0].act, links[0].label, links[0].url, "primary")
    return links


def beside(case: Case, page: CasePage, person: Person) -> list[tuple[LazyString, str]]:
    """Pages about a case that are no acts of the table: what each is called, and its address."""
    group = page.group
    known: list[tuple[bool, LazyString, str, dict[str, Any]]] = [
        (
            Party.HANDLER in page.parties and case.state in EXTENDABLE,
            _l("Ask for more time"),
            "handling.extension",
            {"case_id": case.id},
        ),
        (
            any(one.published_at for one in page.replies),
            _l("Calls back to the author"),
            "handling.visits",
            {"case_id": case.id},
        ),
        (
            supervises(case, person),
            _l("Leave out of the rates"),
            "supervising.exclusion",
            {"case_id": case.id},
        ),
        (
            group is not None and can(person, Permission.TOPIC_DRAFT, case.topic),
            _l("Open a consultation on this"),
            "handling.open_consultation",
            {"cluster_id": group.id if group else 0},
        ),
        (
            case.suggestion.is_public,
            _l("The message as the public reads it"),
            "mailboxes.message",
            {"no": case.no},
        ),
    ]
    return [(label, url_for(name, **values)) for wanted, label, name, values in known if wanted]


def _url(case: Case, act: A, group: Cluster | None) -> str:
    if act in SHARED:
        return url_for("handling.act", case_id=case.id, act=act.value)
    if act not in PAGES:
        return ""
    if act is A.MERGE:
        others = group is not None and group.suggestion_count > 1
        return url_for(PAGES[act], cluster_id=group.id) if group and others else ""
    return url_for(PAGES[act], case_id=case.id)


def _elsewhere(act: A, parties: frozenset[Party], reply: Reply | None) -> bool:
    """Whether the reply lies on another desk than the one from which this act is done."""
    if act not in {A.PASS, A.RETURN_REPLY, A.PUBLISH} or reply is None:
        return False
    return REVIEWERS.get(reply.stage) not in parties


def _rank(act: A) -> tuple[int, bool]:
    return (FIRST.index(act) if act in FIRST else len(FIRST), act in WEIGHTY)
