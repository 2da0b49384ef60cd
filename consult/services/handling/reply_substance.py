"""What a reply says when greetings, thanks, notes of receipt and the signature are taken away."""

import re

from consult.text.normalise import tidy

#: A clause with the sign that ends it. Politeness often shares a sentence with the answer.
CLAUSE = re.compile(r"[^。！？!?；;，,：:\n]*[。！？!?；;，,：:\n]?")
#: Clauses that are said to everybody: who is spoken to, thanks, that it was received, that an
#: answer follows, good wishes.
POLITE = re.compile(
    r"^[\s\d.、]*(?:尊敬的|亲爱的)?(?:网友|网民|市民|同志|群众|朋友|业主|用户|家长|领导|信访人|来信人|女士|先生)"
    r"[^，。]{0,24}$"
    r"|您好|你好|^[“\"][^”\"]{1,20}[”\"][\s:：]*$"
    r"|感谢|谢谢|多谢|致谢|祝您|祝你|祝愿|欢迎.{0,20}(?:监督|来信|来电|留言|关注)"
    r"|(?:留言|来信|来件|信件|函件|网帖|帖文|帖子|问题|意见|建议|情况|反映|咨询|投诉)[^，。]{0,24}"
    r"(?:收悉|收到|已知悉|已获悉|已知晓)|^\s*已?(?:收悉|收到|知悉|获悉|阅)\W*$"
    r"|(?:回复|答复|说明|反馈|汇报|解答|解释|通报)[^，。]{0,6}如下|(?:现|特)?(?:作|做|将)?如下(?:回复|答复|说明)"
    r"|^\s*(?:特此|此复|专此|以上回复)|(?:敬请|请)(?:谅解|理解|知悉|周知|继续关注|关注后续回复|勿重复发帖)"
    r"|(?:理解|支持|关心|关注|监督)(?:和|与|、)(?:理解|支持|关心|关注|监督|厚爱)\W*$"
    r"|\bthank|\bdear\b|\bhello\b|\bregards\b|\bsincerely\b"
    r"|\b(?:has been|was|have) (?:received|noted)\b",
    re.IGNORECASE,
)
#: What follows a greeting, or the word that an answer follows, within one clause.
OPENED = re.compile(r"^.{0,80}?(?:您好|你好|如下)\s*")
#: Who signs, and when; repeated, as offices below each other sign.
SIGNED = re.compile(
    r"(?:[\s，。]*(?:\d{4}年)?\d{1,2}月\d{1,2}日[\s。]*|[\s。][^\s，。；：]{2,18}(?:局|委|办|办公室|政府|公司|中心|部)\s*)+$"
)
#: A clause after a greeting that is shorter belongs to it.
AFTER_GREETING = 6


def substance(text: str) -> str:
    """The reply without greetings, thanks, notes of receipt and the signature."""
    clauses = (_said(clause) for clause in CLAUSE.findall(tidy(text)) if clause)
    return SIGNED.sub("", "".join(clauses)).strip()


def _said(clause: str) -> str:
    """What of a clause is not mere politeness."""
    if not POLITE.search(clause):
        return clause
    rest = clause
    while opened := OPENED.match(rest):
        rest = rest[opened.end() :]
    return rest if len(rest) > AFTER_GREETING and not POLITE.search(rest) else ""
