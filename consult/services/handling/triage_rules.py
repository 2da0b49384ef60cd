"""The words and rules of urgency that hold in a mailbox: those of the house, and its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from consult.exceptions import N_, Conflict, Invalid, NotFound
from consult.permissions import Permission, require
from consult.services.handling.triage_judge import Judge, Rule, Word, listed
from consult.services.handling.triage_words import ALWAYS, HAPPENING, RULES, SUPPOSING, WORDS
from consult.services.records import ledger
from consult.text.normalise import tidy_line
from models.mailbox import Mailbox, TriageRule, TriageWord, Urgency
from models.person import Person

LONGEST_WORD, LONGEST_NAME = 40, 80
#: More words or rules than these are a slip, and would make each message slow to judge.
MOST_WORDS, MOST_RULES = 500, 100


@dataclass(frozen=True)
class WordRow:
    """A word in the list of a mailbox."""

    word: Word
    #: What the house says of it; None: it knows nothing of it.
    house: Word | None
    #: Who set it here and when; None: the house did.
    row: TriageWord | None


def judge_of(session: Session, mailbox: Mailbox) -> Judge:
    """What judges the messages of ``mailbox``; two queries."""
    words = [row.word for row in words_of(session, mailbox)]
    return Judge(words, rules_of(session, mailbox), SUPPOSING, HAPPENING, ALWAYS)


def words_of(session: Session, mailbox: Mailbox) -> list[WordRow]:
    """Every word that says something here, or was switched off, the most urgent class first."""
    query = select(TriageWord).filter_by(mailbox_id=mailbox.topic_id).order_by(TriageWord.id)
    own = {row.word: row for row in session.scalars(query)}
    rows = [
        WordRow(_word(own[word]) if word in own else house, house, own.get(word))
        for word, house in WORDS.items()
    ]
    return [
        *rows,
        *(WordRow(_word(row), None, row) for row in own.values() if row.word not in WORDS),
    ]


def rules_of(session: Session, mailbox: Mailbox) -> list[Rule]:
    """Every rule that holds here: those of the house, or what stands in for them, then its own."""
    own = [_rule(row) for row in rows_of(session, mailbox)]
    instead = {rule.house: rule for rule in own if rule.house}
    return [
        *(instead.get(key, rule) for key, rule in RULES.items()),
        *(rule for rule in own if not rule.house),
    ]


def rows_of(session: Session, mailbox: Mailbox) -> Sequence[TriageRule]:
    """The rules that were made here and hold now, with who made them."""
    query = (
        select(TriageRule)
        .filter_by(mailbox_id=mailbox.topic_id, ended_at=None)
        .options(joinedload(TriageRule.made_by))
        .order_by(TriageRule.id)
    )
    return session.scalars(query).all()


def set_word(
    session: Session,
    *,
    mailbox: Mailbox,
    word: str,
    urgency: Urgency,
    unless: str = "",
    actor: Person,
    now: datetime,
) -> None:
    """Let a word stand for a class here; routine: for none.

    ``unless`` are longer words in which it means something else.

    :raises Invalid: if it is no word, longer than forty characters, or there are too many.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    word, longer = tidy_line(word).casefold(), listed(unless)
    if not 1 <= len(word) <= LONGEST_WORD:
        raise Invalid(N_("A word has up to 40 characters."), field="word")
    if any(word not in one or len(one) > LONGEST_WORD for one in longer):
        raise Invalid(
            N_("An exception is a longer word that contains “%(word)s”."),
            field="unless",
            word=word,
        )
    row = session.scalar(select(TriageWord).filter_by(mailbox_id=mailbox.topic_id, word=word))
    if row is None and len(words_of(session, mailbox)) >= MOST_WORDS:
        raise Invalid(N_("There are too many words; take out some that are not needed."))
    row = row or TriageWord(mailbox_id=mailbox.topic_id, word=word)
    row.urgency, row.made_by_id, row.created_at = urgency, actor.id, now
    row.unless = "\n".join(longer)
    session.add(row)
    ledger.record(
        session, "mailbox.word_set", mailbox.topic, actor=actor, now=now, urgency=urgency.value
    )


def drop_word(
    session: Session, *, mailbox: Mailbox, word: str, actor: Person, now: datetime
) -> None:
    """Let the house's own list speak again for a word.

    :raises NotFound: if it was not set here.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    row = session.scalar(select(TriageWord).filter_by(mailbox_id=mailbox.topic_id, word=word))
    if row is None:
        raise NotFound
    session.delete(row)
    ledger.record(session, "mailbox.word_dropped", mailbox.topic, actor=actor, now=now)


def set_rule(
    session: Session, *, mailbox: Mailbox, rule: Rule, actor: Person, now: datetime
) -> TriageRule:
    """Let a rule hold from now on, in place of the row or the rule of the house that it names.

    :raises Invalid: if it has no name, asks nothing, or a word is too long.
    :raises Conflict: if the row it stands in for was changed or taken away meanwhile.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    rule = replace(rule, name=tidy_line(rule.name))
    _check(session, mailbox, rule)
    if rule.id:
        _end(session, mailbox, rule.id, actor, now)
    row = TriageRule(
        mailbox_id=mailbox.topic_id,
        name=rule.name,
        house=rule.house,
        any_of="\n".join(rule.any_of),
        and_of="\n".join(rule.and_of),
        none_of="\n".join(rule.none_of),
        kind=rule.kind,
        domain=rule.domain,
        urgency=rule.urgency,
        at_most=rule.at_most,
        made_by=actor,
        created_at=now,
    )
    session.add(row)
    ledger.record(
        session,
        "mailbox.rule_set",
        mailbox.topic,
        actor=actor,
        now=now,
        urgency=rule.urgency.value,
        house=rule.house,
    )
    return row


def end_rule(
    session: Session, *, mailbox: Mailbox, rule_id: int, actor: Person, now: datetime
) -> None:
    """Let a rule no longer hold; one of the house speaks again where it stood in for one.

    :raises Conflict: if it was changed or taken away meanwhile.
    """
    require(actor, Permission.MAILBOX_MANAGE, mailbox)
    _end(session, mailbox, rule_id, actor, now)
    ledger.record(session, "mailbox.rule_ended", mailbox.topic, actor=actor, now=now)


def _end(session: Session, mailbox: Mailbox, rule_id: int, actor: Person, now: datetime) -> None:
    query = select(TriageRule).filter_by(id=rule_id, mailbox_id=mailbox.topic_id, ended_at=None)
    row = session.scalar(query.with_for_update())
    if row is None:
        raise Conflict(N_("This rule was changed or taken away meanwhile."))
    row.ended_at, row.ended_by_id = now, actor.id


def _check(session: Session, mailbox: Mailbox, rule: Rule) -> None:
    if not 1 <= len(rule.name) <= LONGEST_NAME:
        raise Invalid(
            N_("Give a name of at most %(most)d characters."), field="name", most=LONGEST_NAME
        )
    if rule.is_empty:
        raise Invalid(
            N_(
                "Say to what it applies: words, a kind or a domain; else it would fire on everything."
            ),
            field="any_of",
        )
    for field in ("any_of", "and_of", "none_of"):
        if any(len(word) > LONGEST_WORD for word in getattr(rule, field)):
            raise Invalid(N_("A word has up to 40 characters."), field=field)
    if rule.house and rule.house not in RULES:
        raise NotFound
    standing = rows_of(session, mailbox)
    if not rule.id and len(standing) >= MOST_RULES:
        raise Invalid(N_("There are too many rules; take out some that are not needed."))
    if not rule.id and rule.house and any(row.house == rule.house for row in standing):
        raise Conflict(N_("This rule was changed or taken away meanwhile."))


def _word(row: TriageWord) -> Word:
    return Word(row.word, row.urgency, listed(row.unless))


def _rule(row: TriageRule) -> Rule:
    return Rule(
        row.name,
        row.urgency,
        listed(row.any_of),
        listed(row.and_of),
        listed(row.none_of),
        row.kind,
        row.domain,
        row.at_most,
        row.house,
        row.id,
    )
