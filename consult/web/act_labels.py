"""What the acts in the ledger are called."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

#: How the name of an act ends that takes another one back.
UNDONE = "_undone"
ACT_LABELS: dict[str, LazyString] = {
    "agency.added": _l("Agency added"),
    "agency.edited": _l("Agency edited"),
    "attachment.added": _l("File attached"),
    "attachment.removed": _l("File removed"),
    "cluster.confirmed": _l("Group confirmed"),
    "cluster.merged": _l("Groups merged"),
    "cluster.moved": _l("Suggestions moved"),
    "cluster.renamed": _l("Group renamed"),
    "cluster.split": _l("Group split"),
    "cluster.theme_set": _l("Group moved to a theme"),
    "contact.revealed": _l("Contact details opened"),
    "decision.approved": _l("Answer approved"),
    "decision.excepted": _l("A member was answered separately"),
    "decision.exception_dropped": _l("A member got the answer of the group again"),
    "decision.proposed": _l("Answer proposed"),
    "decision.returned": _l("Answer returned"),
    "decision.revised": _l("Answer changed"),
    "decision.withdrawn": _l("Answer withdrawn"),
    "document.draft_set": _l("Draft text set"),
    "document.final_set": _l("Final text set"),
    "document.tied": _l("Changes tied to the final text"),
    "objection.raised": _l("Objection to the grouping"),
    "objection.settled": _l("Objection answered"),
    "pair.judged": _l("Pair judged"),
    "person.appointed": _l("Role assigned"),
    "person.blocked": _l("Account blocked"),
    "person.dismissed": _l("Role removed"),
    "person.password_changed": _l("Password changed"),
    "person.password_reset": _l("Password reset"),
    "person.registered": _l("Account registered"),
    "person.unblocked": _l("Account unblocked"),
    "person.verified": _l("Address verified"),
    "run.begun": _l("Run begun"),
    "run.failed": _l("Run failed"),
    "run.finished": _l("Run finished"),
    "run.rolled_back": _l("Run rolled back"),
    "suggestion.consents_set": _l("Consents changed"),
    "suggestion.edited": _l("Suggestion edited"),
    "suggestion.imported": _l("Suggestion imported"),
    "suggestion.refused": _l("Suggestion not accepted"),
    "suggestion.restored": _l("Suggestion accepted after all"),
    "suggestion.submitted": _l("Suggestion submitted"),
    "suggestion.support_taken_back": _l("Support taken back"),
    "suggestion.supported": _l("Suggestion supported"),
    "suggestion.withdrawn": _l("Suggestion withdrawn"),
    "theme.begun": _l("Theme begun"),
    "theme.merge_undone": _l("Merging of themes taken back"),
    "theme.merged": _l("Themes merged"),
    "theme.renamed": _l("Theme renamed"),
    "topic.analysis_started": _l("Analysis begun"),
    "topic.closed": _l("Closed by the clock"),
    "topic.calibrated": _l("Likeness learnt from judgements"),
    "topic.closed_early": _l("Closed early"),
    "topic.drafted": _l("Draft begun"),
    "topic.edited": _l("Words changed"),
    "topic.enacted": _l("Final text published"),
    "topic.evaluated": _l("Evaluated"),
    "topic.export_fetched": _l("Exported file fetched"),
    "topic.exported": _l("Suggestions exported"),
    "topic.extended": _l("Extended"),
    "topic.imported": _l("Table imported"),
    "topic.opened": _l("Opened by the clock"),
    "topic.published": _l("Published"),
    "topic.reported": _l("Decisions published"),
    "topic.threshold_set": _l("Threshold set"),
}


def act_label(act: str) -> LazyString | str:
    """What ``act`` is called; its own name where nobody has given it one."""
    if act.endswith(UNDONE):
        return _l("Undone: %(act)s", act=act_label(act.removesuffix(UNDONE)))
    return ACT_LABELS.get(act, act)
