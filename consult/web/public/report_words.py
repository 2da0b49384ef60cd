"""The sentences of the adoption report: on its page and in Word the same."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from consult.services.answering.outcomes import Row
from consult.services.answering.report import Report
from consult.text.sections import Section
from consult.web.labels import label
from consult.web.public import report_table
from models.topic import TopicState


def overview(report: Report) -> list[str]:
    """一、总体情况."""
    blank = "" if str(get_locale()).startswith("zh") else " "
    return [blank.join(_who_took_part(report)), _what_was_answered(report)]


def _who_took_part(report: Report) -> list[str]:
    topic, summary = report.topic, report.summary
    ways = [
        _("%(channel)s %(count)s", channel=label(channel), count=count)
        for channel, count in summary.channels.items()
    ]
    sentences = [
        _(
            "From %(first)s to %(last)s the public was asked to comment on “%(title)s”.",
            first=_day(topic.opens_at),
            last=_day(topic.closes_at),
            title=report.name,
        ),
        _(
            "%(people)s people took part. %(suggestions)s valid suggestions were received "
            "(%(ways)s); those asking for the same thing form %(groups)s groups.",
            people=summary.people,
            suggestions=summary.suggestions,
            ways=_(", ").join(ways),
            groups=summary.clusters,
        ),
    ]
    left_out = _(
        "%(count)s more were withdrawn by their authors or not accepted, and are not counted.",
        count=summary.not_counted,
    )
    return [*sentences, left_out] if summary.not_counted else sentences


def _what_was_answered(report: Report) -> str:
    fates = [
        _("%(outcome)s %(count)s", outcome=label(outcome), count=count)
        for outcome, count in report.summary.by_outcome.items()
        if count
    ]
    sentence: str = _(
        "Every suggestion was considered and answered. By number of suggestions: %(fates)s. "
        "%(share)s were adopted in full or in part.",
        fates=_(", ").join(fates),
        share=f"{100 * report.summary.adopted_share:.1f}%",
    )
    return sentence


def next_steps(report: Report) -> list[str]:
    """四、下一步."""
    if report.topic.state is TopicState.REPORTED:
        return [
            _(
                "The draft is being revised in line with what was adopted. When the policy is "
                "enacted, the final text is published here, clause by clause with the suggestions "
                "behind it, and everybody who made or supported one is notified again."
            )
        ]
    return [
        _(
            "The policy has been enacted. Its final text shows, clause by clause, what was "
            "changed and which suggestions are behind it."
        )
    ]


def sections(report: Report, lines: Sequence[Row]) -> list[Section]:
    """The whole report for Word."""
    return [
        Section(_("1. Overview"), overview(report)),
        Section(
            _("2. The suggestions and how they were answered"),
            columns=report_table.columns(),
            rows=[report_table.cells(line) for line in lines],
            widths=report_table.WIDTHS,
        ),
        Section(_("3. Why suggestions were not adopted"), refusals(report)),
        Section(_("4. What comes next"), next_steps(report)),
    ]


def refusals(report: Report) -> list[str]:
    """三、未采纳意见的理由, a paragraph a reason."""
    if not report.refusals:
        return [_("No suggestion was turned down.")]
    return [
        _(
            "%(names)s (%(count)s): %(reason)s",
            names=_("; ").join(line.name for line in one.lines[:3]),
            count=one.count,
            reason=one.reason,
        )
        for one in report.refusals
    ]


def _day(moment: datetime) -> str:
    return str(format_date(moment, "yyyy-MM-dd"))
