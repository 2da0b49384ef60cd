"""Words of anger: the share of messages that have one raises an alarm that the numbers opened.

Only strong ones: on a board where people complain, plain words of complaint say nothing. The list
is for telling how urgent it is to answer, and for nothing else; no message is treated by it.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.suggestion import Suggestion

#: Messages that are read at most; a share of so many says enough.
READ = 400

ANGER = (
    "愤怒", "气愤", "愤慨", "强烈要求", "强烈谴责", "强烈抗议", "强烈不满", "忍无可忍", "无法忍受", "难以忍受",
    "苦不堪言", "叫苦连天", "怨声载道", "民怨", "民愤", "天理", "黑心", "无良", "良心何在", "霸王条款",
    "欺骗", "欺诈", "诈骗", "坑害", "坑人", "血汗钱", "维权", "上访", "集体上访", "曝光", "媒体介入",
    "不作为", "乱作为", "推诿", "踢皮球", "敷衍", "视而不见", "置之不理", "无人问津", "没人管", "无法无天",
    "草菅人命", "人命关天", "救救", "绝望", "崩溃", "走投无路", "恶劣", "猖獗", "肆无忌惮", "丧尽天良",
    "outrage", "furious", "unbearable", "intolerable", "fed up", "scam", "cheated", "ignored us",
    "nobody cares", "shameless", "corrupt", "desperate",
)  # fmt: skip


def is_angry(text: str) -> bool:
    """Say whether a text has a word of anger."""
    lowered = text.casefold()
    return any(word in lowered for word in ANGER)


def share(session: Session, suggestion_ids: Collection[int]) -> float:
    """Of these messages, the share that has a word of anger; one query, of 400 at most."""
    newest = sorted(suggestion_ids)[-READ:]
    if not newest:
        return 0.0
    query = select(Suggestion.title, Suggestion.facts, Suggestion.proposal)
    rows = session.execute(query.where(Suggestion.id.in_(newest))).all()
    return sum(is_angry("\n".join(row)) for row in rows) / max(1, len(rows))
