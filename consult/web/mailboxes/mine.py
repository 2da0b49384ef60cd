"""My messages: what I sent and what I follow, who acts next and by when."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from consult.services.caseload import my_messages
from consult.services.caseload.my_messages import Mine
from consult.web import current, labels
from consult.web.mailboxes import whats_next
from consult.web.mailboxes.blueprint import bp

FOLLOWED = "followed"


@bp.get("/account/messages")
def mine() -> ResponseReturnValue:
    """What I sent, by who acts next; ``?show=followed`` what I follow."""
    person, session = current.somebody(), current.session()
    show, page = request.args.get("show", ""), max(1, request.args.get("page", 1, type=int))
    which = Mine(show) if show in set(Mine) else None
    shown = {
        "show": show if which or show == FOLLOWED else "",
        "kinds": labels.choices(Mine),
        "counts": my_messages.counts(session, person=person),
    }
    if show == FOLLOWED:
        found = my_messages.followed(session, person=person, page=page)
        return render_template("mailboxes/followed.html", found=found, **shown)
    written = my_messages.written(session, person=person, which=which, page=page)
    lines = [(case, whats_next.of(case)) for case in written.items]
    return render_template("mailboxes/mine.html", found=written.with_items(lines), **shown)
