"""Which units are proposed for a case, and why; one of them, or another, is chosen by a person.

Four grounds speak: where its group went, the catalogue, what was learned from the words of
messages that went before, and, until that is enough to learn from, the habit of its domain and
region. Each counts for so much as it deserves; grounds that agree lift one another. A unit that a
report names is left out, and so is what lies below it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consult.services.handling import dispatch_lessons
from consult.services.handling.dispatch_learner import METHOD, Learned, Told
from consult.services.handling.dispatching import EVERYWHERE, Ground, Proposal
from models.agency import Agency
from models.case import Assignment, Case
from models.cluster import Membership
from models.mailbox import DispatchModel, DispatchRule, Domain
from models.suggestion import Suggestion

#: How far each ground is trusted at most; a rule for the region more than one for everywhere.
TRUST: Mapping[Ground, float] = {
    Ground.GROUP: 0.95,
    Ground.CATALOGUE: 0.85,
    Ground.WORDS: 0.9,
    Ground.HABIT: 0.6,
}
TRUST_EVERYWHERE = 0.75
#: A habit of fewer cases is none.
ENOUGH = 3
#: What is less likely is not worth a line.
LEAST_SHARE, LEAST_SHOWN = 0.05, 0.01
MOST_PROPOSALS = 5


@dataclass(frozen=True)
class Voice:
    """One ground that speaks for a unit."""

    unit: int
    ground: Ground
    share: float
    trust: float
    words: tuple[str, ...] = ()


def propose(session: Session, case: Case) -> list[Proposal]:
    """Units for a case, the likeliest first."""
    return propose_many(session, [case])[case.id]


def propose_many(session: Session, cases: Sequence[Case]) -> dict[int, list[Proposal]]:
    """The same for many, by the id of the case; nine queries however many there are."""
    messages = _messages(session, cases)
    voices: dict[int, list[Voice]] = defaultdict(list)
    for found in (
        _by_group(session, cases),
        _by_rule(session, cases),
        _by_words(session, cases, messages),
    ):
        for case_id, spoken in found.items():
            voices[case_id] += spoken
    units = {voice.unit for spoken in voices.values() for voice in spoken}
    named = {case.named_unit_id for case in cases if case.named_unit_id is not None}
    agencies = {
        one.id: one for one in session.scalars(select(Agency).where(Agency.id.in_(units | named)))
    }
    return {case.id: _ranked(case, voices[case.id], agencies) for case in cases}


def guess(
    session: Session, mailbox_id: int, told: Told
) -> list[tuple[Agency, float, tuple[str, ...]]]:
    """What the words alone say: unit, share, words. For trying it out."""
    learned = _learned(session, {mailbox_id}).get(mailbox_id)
    guesses = learned.guess(told, most=MOST_PROPOSALS) if learned else []
    wanted = select(Agency).where(Agency.id.in_([one.unit for one in guesses]))
    agencies = {one.id: one for one in session.scalars(wanted)}
    return [
        (agencies[one.unit], one.share, one.words)
        for one in guesses
        if one.unit in agencies and one.share >= LEAST_SHOWN
    ]


def _ranked(case: Case, voices: Sequence[Voice], agencies: Mapping[int, Agency]) -> list[Proposal]:
    named = agencies.get(case.named_unit_id) if case.named_unit_id is not None else None
    by_unit: dict[int, list[Voice]] = defaultdict(list)
    for voice in voices:
        agency = agencies.get(voice.unit)
        if agency is not None and not (named is not None and agency.is_within(named)):
            by_unit[voice.unit].append(voice)
    ranked = sorted(by_unit.values(), key=_doubt)
    return [_proposal(agencies[spoken[0].unit], spoken) for spoken in ranked[:MOST_PROPOSALS]]


def _doubt(voices: Sequence[Voice]) -> tuple[float, int]:
    """What is left of doubt when all grounds have spoken: each takes its part away."""
    doubt = 1.0
    for voice in voices:
        doubt *= 1 - voice.trust * voice.share
    return doubt, voices[0].unit


def _proposal(unit: Agency, voices: Sequence[Voice]) -> Proposal:
    first, *others = sorted(voices, key=lambda voice: -voice.trust * voice.share)
    words = next((voice.words for voice in voices if voice.words), ())
    return Proposal(unit, first.ground, first.share, words, tuple(voice.ground for voice in others))


def _messages(session: Session, cases: Sequence[Case]) -> dict[int, Suggestion]:
    wanted = [case.suggestion_id for case in cases]
    found = session.scalars(select(Suggestion).where(Suggestion.id.in_(wanted)))
    return {one.id: one for one in found}


def _by_group(session: Session, cases: Sequence[Case]) -> dict[int, list[Voice]]:
    """Where others of the same group went."""
    wanted = [case.suggestion_id for case in cases]
    groups = {
        row[0]: row[1]
        for row in session.execute(
            select(Membership.suggestion_id, Membership.cluster_id).where(
                Membership.suggestion_id.in_(wanted)
            )
        )
    }
    query = (
        select(Membership.cluster_id, Assignment.unit_id, func.count())
        .select_from(Membership)
        .join(Case, Case.suggestion_id == Membership.suggestion_id)
        .join(Assignment, Assignment.case_id == Case.id)
        .where(
            Membership.cluster_id.in_(set(groups.values())),
            Membership.suggestion_id.not_in(wanted),
            *dispatch_lessons.given(),
        )
        .group_by(Membership.cluster_id, Assignment.unit_id)
    )
    went: dict[int, Counter[int]] = defaultdict(Counter)
    for cluster, unit, count in session.execute(query):
        went[cluster][unit] = count
    return {
        case.id: _shares(went[groups[case.suggestion_id]], Ground.GROUP, least=1)
        for case in cases
        if case.suggestion_id in groups
    }


def _by_rule(session: Session, cases: Sequence[Case]) -> dict[int, list[Voice]]:
    """What the catalogue says, for the region before everywhere."""
    query = select(
        DispatchRule.mailbox_id, DispatchRule.domain, DispatchRule.region_code, DispatchRule.unit_id
    ).where(
        DispatchRule.mailbox_id.in_({case.mailbox_id for case in cases}),
        DispatchRule.domain.in_({case.domain for case in cases}),
        DispatchRule.region_code.in_({EVERYWHERE, *(case.region_code or "" for case in cases)}),
        DispatchRule.ended_at.is_(None),
    )
    rules: dict[tuple[int, Domain, str], int] = {
        (row[0], row[1], row[2]): row[3] for row in session.execute(query)
    }
    found: dict[int, list[Voice]] = {}
    for case in cases:
        here = rules.get((case.mailbox_id, case.domain, case.region_code or EVERYWHERE))
        everywhere = rules.get((case.mailbox_id, case.domain, EVERYWHERE))
        found[case.id] = [
            Voice(unit, Ground.CATALOGUE, 1.0, trust)
            for unit, trust in (
                (here, TRUST[Ground.CATALOGUE] if case.region_code else TRUST_EVERYWHERE),
                (everywhere if everywhere != here else None, TRUST_EVERYWHERE * 0.5),
            )
            if unit is not None
        ]
    return found


def _by_words(
    session: Session, cases: Sequence[Case], messages: Mapping[int, Suggestion]
) -> dict[int, list[Voice]]:
    """What was learned; where nothing was yet, the habit of the domain and region."""
    learned = _learned(session, {case.mailbox_id for case in cases})
    vectors = dispatch_lessons.vectors(session, list(messages))
    without = {case.mailbox_id for case in cases} - set(learned)
    habits = _habits(session, without) if without else {}
    found: dict[int, list[Voice]] = {}
    for case in cases:
        model = learned.get(case.mailbox_id)
        if model is None:
            key = (case.mailbox_id, case.domain, case.region_code)
            found[case.id] = _shares(habits.get(key, Counter()), Ground.HABIT, least=ENOUGH)
            continue
        message = messages[case.suggestion_id]
        told = Told(
            message.title,
            f"{message.facts}\n{message.proposal}",
            case.domain.value,
            case.region_code or "",
            vectors.get(message.id),
        )
        found[case.id] = [
            Voice(one.unit, Ground.WORDS, one.share, TRUST[Ground.WORDS], one.words)
            for one in model.guess(told)
            if one.share >= LEAST_SHARE or case.named_unit_id is not None
        ]
    return found


def _learned(session: Session, mailboxes: set[int]) -> dict[int, Learned]:
    query = select(DispatchModel.mailbox_id, DispatchModel.weights).where(
        DispatchModel.mailbox_id.in_(mailboxes),
        DispatchModel.method == METHOD,
    )
    return {row[0]: Learned.from_bytes(row[1]) for row in session.execute(query)}


def _habits(
    session: Session, mailboxes: set[int]
) -> dict[tuple[int, Domain, str | None], Counter[int]]:
    """Where messages of each domain and region went, in mailboxes with too few to learn from."""
    query = (
        select(Case.mailbox_id, Case.domain, Case.region_code, Assignment.unit_id)
        .join(Assignment.case)
        .where(Case.mailbox_id.in_(mailboxes), *dispatch_lessons.stood())
        .order_by(Assignment.id.desc())
        .limit(dispatch_lessons.MOST)
    )
    found: dict[tuple[int, Domain, str | None], Counter[int]] = defaultdict(Counter)
    for mailbox, domain, region, unit in session.execute(query):
        found[mailbox, domain, region][unit] += 1
    return found


def _shares(counted: Counter[int], ground: Ground, *, least: int) -> list[Voice]:
    total = sum(counted.values())
    return [
        Voice(unit, ground, count / total, TRUST[ground])
        for unit, count in counted.most_common(3)
        if count >= least
    ]
