"""Agencies: a tree of public bodies, each with a region."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotFound
from consult.permissions import Permission
from consult.services.records import ledger
from consult.services.records.authority import require_of
from consult.text.normalise import tidy_line
from models.agency import Agency, Region
from models.person import Person

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_SLUG = 80
MAX_NAME = 120


def add(
    session: Session,
    *,
    slug: str,
    name: str,
    name_en: str = "",
    about: str = "",
    parent: Agency | None = None,
    region: Region | None = None,
    actor: Person | None,
    now: datetime,
) -> Agency:
    """Make an agency; ``actor`` is None for the operator at the console.

    :raises Invalid: if the name or the slug will not do.
    :raises Conflict: if the slug is taken.
    """
    require_of(actor, Permission.AGENCY_MANAGE, parent)
    if len(slug) > MAX_SLUG or not SLUG.fullmatch(slug):
        raise Invalid(
            N_("A short name is made of small letters, digits and single hyphens."), field="slug"
        )
    if session.scalar(select(Agency.id).filter_by(slug=slug)):
        raise Invalid(N_("There is an agency with this short name already."), field="slug")
    agency = Agency(
        slug=slug, name=_named(name), name_en=name_en.strip(), about=about.strip(), created_at=now
    )
    agency.parent, agency.region = parent, region
    session.add(agency)
    session.flush()  # its path ends with its own id
    agency.path = f"{parent.path if parent else '/'}{agency.id}/"
    ledger.record(session, "agency.added", agency, actor=actor, now=now)
    return agency


def edit(
    session: Session,
    *,
    agency: Agency,
    name: str,
    name_en: str,
    about: str,
    parent: Agency | None,
    region: Region | None,
    actor: Person,
    now: datetime,
) -> None:
    """Change an agency. Moved in the tree, it takes all that lies below it along.

    :raises Conflict: if it would come to lie below itself.
    """
    require_of(actor, Permission.AGENCY_MANAGE, agency)
    if parent is not agency.parent:
        require_of(actor, Permission.AGENCY_MANAGE, parent)
        _move(session, agency, parent)
    agency.name, agency.name_en, agency.about = _named(name), name_en.strip(), about.strip()
    agency.region = region
    ledger.record(session, "agency.edited", agency, actor=actor, now=now)


def by_slug(session: Session, slug: str) -> Agency:
    """The agency called ``slug``, with its region and the one above it.

    :raises NotFound: if there is none.
    """
    found = session.scalar(
        select(Agency)
        .filter_by(slug=slug)
        .options(joinedload(Agency.region), joinedload(Agency.parent))
    )
    if found is None:
        raise NotFound(N_("There is no agency called %(slug)s."), slug=slug)
    return found


def tree(session: Session) -> list[tuple[Agency, int]]:
    """All agencies from the roots down, each with its depth (0 is a root)."""
    rows = session.scalars(
        select(Agency).options(joinedload(Agency.region)).order_by(Agency.name, Agency.id)
    ).all()
    below: dict[int | None, list[Agency]] = {}
    for agency in rows:
        below.setdefault(agency.parent_id, []).append(agency)
    return list(_below(below, None, 0))


def count(session: Session) -> int:
    """How many agencies there are."""
    return session.scalar(select(func.count()).select_from(Agency)) or 0


def _below(
    below: Mapping[int | None, Sequence[Agency]], parent_id: int | None, depth: int
) -> Iterator[tuple[Agency, int]]:
    for agency in below.get(parent_id, ()):
        yield agency, depth
        yield from _below(below, agency.id, depth + 1)


def _move(session: Session, agency: Agency, parent: Agency | None) -> None:
    if parent and parent.is_within(agency):
        raise Conflict(N_("An agency cannot lie below itself."))
    old, new = agency.path, f"{parent.path if parent else '/'}{agency.id}/"
    session.execute(
        update(Agency)
        .where(Agency.path.startswith(old, autoescape=True))
        .values(path=literal(new) + func.substr(Agency.path, len(old) + 1))
    )
    agency.parent = parent


def _named(name: str) -> str:
    tidy = tidy_line(name)
    if not tidy or len(tidy) > MAX_NAME:
        raise Invalid(
            N_("Give a name of at most %(most)d characters."), field="name", most=MAX_NAME
        )
    return tidy
