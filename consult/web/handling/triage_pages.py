"""轻重缓急: the words and rules of a mailbox, each tried on its newest messages before it holds."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from consult.exceptions import Invalid, NotFound, Refusal
from consult.permissions import Permission, can
from consult.services.handling import triage_rules, triage_trying
from consult.services.handling.triage_judge import Judge, Rule, Word
from consult.services.handling.triage_words import RULES
from consult.text.normalise import clip
from consult.web import current
from consult.web.handling.blueprint import bp
from consult.web.handling.mailbox_pages import in_care, to_manage
from consult.web.handling.triage_forms import CLASSES, RuleForm, WordForm, house_name, shown
from consult.web.numbers import number
from consult.web.refusals import translated
from models.mailbox import Mailbox, Urgency

#: Words that are tried out.
LONGEST = 4000
#: Messages that a page shows of those that were tried.
SHOWN = 50


@bp.get("/mailboxes/<slug>/triage")
def triage(slug: str) -> ResponseReturnValue:
    """The words and rules that hold in a mailbox."""
    return _page(in_care(slug), WordForm(formdata=None))


@bp.post("/mailboxes/<slug>/triage/words")
def set_triage_word(slug: str) -> ResponseReturnValue:
    """Let a word stand for a class; or first show what that would change on the newest messages."""
    found, form = to_manage(slug), WordForm()
    if not form.validate():
        return _page(found, form), form.status
    if request.form.get("act") == "try":
        return _tried_page(found, form, _with_word(found, form.asked()))
    try:
        triage_rules.set_word(
            current.session(),
            mailbox=found,
            word=form.word.data or "",
            urgency=Urgency(form.urgency.data),
            unless=form.unless.data or "",
            actor=current.somebody(),
            now=current.now(),
        )
    except Invalid as refusal:
        form.blame(refusal)
        return _page(found, form), form.status
    flash(_("It holds for messages that come from now on."), "success")
    return redirect(url_for(".triage", slug=slug))


@bp.post("/mailboxes/<slug>/triage/words/drop")
def drop_triage_word(slug: str) -> ResponseReturnValue:
    """Let the list of the house speak again for a word."""
    triage_rules.drop_word(
        current.session(),
        mailbox=to_manage(slug),
        word=request.form.get("word", ""),
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("It holds for messages that come from now on."), "success")
    return redirect(url_for(".triage", slug=slug))


@bp.route("/mailboxes/<slug>/triage/rule", methods=["GET", "POST"])
def triage_rule(slug: str) -> ResponseReturnValue:
    """Write a rule, or another in its place; or first show what it would change."""
    found, refused = to_manage(slug), None
    form = RuleForm(data=shown(_asked_for(found)))
    if form.validate_on_submit():
        if request.form.get("act") == "try":
            return _tried_page(found, form, _with_rule(found, form.asked()))
        try:
            _set(found, form.asked())
        except Invalid as refusal:
            form.blame(refusal)
        except Refusal as refusal:
            refused = refusal
        else:
            flash(_("It holds for messages that come from now on."), "success")
            return redirect(url_for(".triage", slug=slug))
    return _rule_page(found, form, refused), refused.status if refused else form.status


@bp.post("/mailboxes/<slug>/triage/rules/<int:rule_id>/end")
def end_triage_rule(slug: str, rule_id: int) -> ResponseReturnValue:
    """Let a rule no longer hold; one of the house that it stood in for speaks again."""
    triage_rules.end_rule(
        current.session(),
        mailbox=to_manage(slug),
        rule_id=rule_id,
        actor=current.somebody(),
        now=current.now(),
    )
    flash(_("It holds for messages that come from now on."), "success")
    return redirect(url_for(".triage", slug=slug))


@bp.post("/mailboxes/<slug>/triage/house/<name>/off")
def switch_off_triage_rule(slug: str, name: str) -> ResponseReturnValue:
    """Let a rule of the house say nothing here."""
    if name not in RULES:
        raise NotFound
    found = to_manage(slug)
    standing = next(
        rule for rule in triage_rules.rules_of(current.session(), found) if rule.house == name
    )
    _set(found, replace(standing, urgency=Urgency.ROUTINE, at_most=False))
    flash(_("It holds for messages that come from now on."), "success")
    return redirect(url_for(".triage", slug=slug))


@bp.route("/mailboxes/<slug>/triage/try", methods=["GET", "POST"])
def try_triage(slug: str) -> ResponseReturnValue:
    """How words, and the newest messages, are judged by what holds now; keeps nothing."""
    found, session, person = in_care(slug), current.session(), current.somebody()
    judge = triage_rules.judge_of(session, found)
    text = clip(request.form.get("text", "").strip(), LONGEST)
    may_read = triage_trying.may_read(found, person)
    tried = (
        triage_trying.on_recent(session, mailbox=found, judge=judge, person=person)
        if may_read
        else []
    )
    return render_template(
        "handling/triage_try.html",
        mailbox=found,
        text=text,
        verdict=judge.judge(*text.partition("\n")[::2]) if text else None,
        may_read=may_read,
        tried=tried,
        hits=[one for one in tried if one.verdict.fired][:SHOWN],
        counts=[(one, sum(t.verdict.urgency is one for t in tried)) for one in CLASSES],
        since=triage_trying.since(tried),
        house_name=house_name,
    )


def _page(mailbox: Mailbox, form: WordForm) -> str:
    session = current.session()
    rows = triage_rules.words_of(session, mailbox)
    return render_template(
        "handling/triage.html",
        mailbox=mailbox,
        form=form,
        classes=[(one, [row for row in rows if row.word.urgency is one]) for one in CLASSES],
        rules=triage_rules.rules_of(session, mailbox),
        made={row.id: row for row in triage_rules.rows_of(session, mailbox)},
        house_name=house_name,
        may_manage=can(current.person(), Permission.MAILBOX_MANAGE, mailbox),
        may_read=triage_trying.may_read(mailbox, current.somebody()),
    )


def _rule_page(mailbox: Mailbox, form: RuleForm, refused: Refusal | None) -> str:
    return render_template(
        "handling/triage_rule.html",
        mailbox=mailbox,
        form=form,
        refused=translated(refused) if refused else "",
        may_read=triage_trying.may_read(mailbox, current.somebody()),
    )


def _tried_page(mailbox: Mailbox, form: WordForm | RuleForm, instead: Judge) -> str:
    """What would change; the form goes on, filled in, to be kept or mended."""
    session = current.session()
    tried = triage_trying.on_recent(
        session,
        mailbox=mailbox,
        judge=triage_rules.judge_of(session, mailbox),
        instead=instead,
        person=current.somebody(),
    )
    return render_template(
        "handling/triage_tried.html",
        mailbox=mailbox,
        form=form,
        is_word=isinstance(form, WordForm),
        tried=tried,
        differing=[one for one in tried if one.differs],
        since=triage_trying.since(tried),
        house_name=house_name,
        shown=SHOWN,
    )


def _asked_for(mailbox: Mailbox) -> Rule:
    """The rule that the address names; a new one, if it names none."""
    wanted, house = number(request.args.get("rule")), request.args.get("house", "")
    if not (wanted or house):
        return Rule("", Urgency.PRESSING)
    for rule in triage_rules.rules_of(current.session(), mailbox):
        if (wanted and rule.id == wanted) or (house and rule.house == house):
            return rule
    raise NotFound


def _set(mailbox: Mailbox, rule: Rule) -> None:
    triage_rules.set_rule(
        current.session(),
        mailbox=mailbox,
        rule=rule,
        actor=current.somebody(),
        now=current.now(),
    )


def _with_word(mailbox: Mailbox, word: Word) -> Judge:
    """What would judge if ``word`` held."""
    judge = triage_rules.judge_of(current.session(), mailbox)
    return replace(judge, words=[*(one for one in judge.words if one.word != word.word), word])


def _with_rule(mailbox: Mailbox, rule: Rule) -> Judge:
    """What would judge if ``rule`` held."""
    judge = triage_rules.judge_of(current.session(), mailbox)
    others = [
        one
        for one in judge.rules
        if not (rule.id and one.id == rule.id) and not (rule.house and one.house == rule.house)
    ]
    return replace(judge, rules=[*others, rule])
