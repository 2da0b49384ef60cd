"""Words and short phrases that can name a subject."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import rjieba

from consult.clustering.documents import Document, clean
from consult.clustering.themes.subjects import READ
from consult.clustering.tokens.named import names_place
from consult.clustering.tokens.vocabulary import background
from consult.clustering.tokens.words import NAMES, stem

#: Longer phrases are sentences.
MOST_WORDS, MOST_LETTERS = 4, 10
#: Kinds of Chinese words that a phrase may end in, and that it may hold.
NOUNS = ("n", "vn", "v", "j", "l", "i", "an", "eng")
INSIDE = (*NOUNS, "a", "b", "s", "q", "g")
#: A word in more than this share of ordinary messages names no subject.
ORDINARY, ORDINARY_VERB, ORDINARY_LATIN = 0.13, 0.03, 0.05
#: A word as rare as this says all that a word can.
RARE = 0.002
#: Acts of asking, and words for a thing in general: they are in every subject.
_EMPTY = """
建议 希望 请求 请问 要求 咨询 反映 投诉 应当 应该 需要 进行 可以 能够 能否 不能 关于
有关 相关 解决 处理 问题 情况 落实 加强 加大 增加 提高 完善 明确 规定 部门 政府 领导
有人 没人 没有 不要 不准 不得 才能 无法 造成 导致 出现 实行 看到 知道 觉得 认为 说明
表示 使用 办法 条例 草案 征求意见稿 意见 我家 我们 大家 自己 时候 地方 东西 事情 方面
各位 尊敬 书记 市长 您好 谢谢 感谢 恳请 呼吁 盼望 敬请 予以 给予 加以 包括 属于 成为
变成 起来 下来 出来 过来 开始 继续 已经 现在 目前 今年 去年 每天 每年 每月 每次 一次
一年 一个 最好 改为 写明 写清 写进 列出 列入 增设 设立 不够 不该 不应 不是 只有 还有
有没有 是不是 第一 第二 有些 只能 成了 想要 想问 了解 办理 相应 具体 到底 必须 严重 影响
怎么办 就行了 前应 合理 多少 如何 记录 解决问题 是 有 要 让 能 会 应 可 没 愿意 人家 缩短 限期 只好 起码 照片 电话 钥匙
"""
EMPTY = frozenset(_EMPTY.split())
_EMPTY_LATIN = """
a about above across after again against all almost alone along already also although always am
among an and another any anyone anything are around as ask at away back be because been before
being below between both but by can cannot come could did do does doing done down during each
either else enough even ever every everyone far few for from get gets getting give given go goes
going got had has have having he her here him his how i if in instead into is it its just keep
know least less let like likely made make makes making many may me mean means might more most
much must my need needs never new no nobody nor not nothing now of off often on once one only or
other others our out over own people per perhaps please put quite rather really right said same
say see seem seems she should since so some someone something still such sure take taken than
that the their them then there these they thing things think this those though through time to
today too two under until up upon us use used using very want wants was way we well went were
what when where whether which while who whole why will with within without would year years yes
yet you your don doesn didn isn aren wasn won re ve ll able allow allowed good bad better best
worse week day days half last next first second long short three four five hundred
"""
EMPTY_LATIN = frozenset(_EMPTY_LATIN.split())
_CLAUSE = re.compile(r"[^\w\s'’-]+|[\n\r]+")
_LATIN_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*|\d+")
_ASKS = re.compile(r"(.)[不没]\1|^[不没]|不到$")
_APOSTROPHE = re.compile(r"['’].*")


class Word(NamedTuple):
    """A word as it stands in a text: what it counts as, whether it may stand in a phrase, and end one."""

    written: str
    key: str
    inside: bool
    last: bool


class Phrase(NamedTuple):
    """One to four neighbouring words; ``key`` is the same for forms of one phrase."""

    key: tuple[str, ...]
    written: str


def phrases(document: Document) -> tuple[set[Phrase], set[Phrase]]:
    """Return the phrases of the title, and of the beginning of the body.

    >>> titles, _body = phrases(Document("Wider cycle lanes, please"))
    >>> sorted(one.written for one in titles)
    ['cycle', 'cycle lanes', 'lanes', 'wider', 'wider cycle', 'wider cycle lanes']
    """
    return _of(document.title), _of(document.body[:READ])


def telling(key: tuple[str, ...]) -> float:
    """Return how much a phrase says by being rare in ordinary messages: the root of its rarest word."""
    usual = background("words")
    return float(max(-np.log(max(usual.get(word, 0.0), RARE)) for word in key) ** 0.5)


def looks_like_a_name(key: tuple[str, ...]) -> bool:
    """Say whether a Chinese phrase has a word that ordinary messages do not: often an estate or a firm."""
    usual = background("words")
    return any(not word.isascii() and word not in usual for word in key)


def _of(text: str) -> set[Phrase]:
    return {
        phrase
        for clause in _CLAUSE.split(clean(text[:READ]))
        for run in _runs(_words(clause))
        for phrase in _cuts(run)
    }


def _words(clause: str) -> Iterator[Word]:
    """Cut a clause; a name of letters and digits (a house, a lettered place) breaks a phrase."""
    if clause.isascii():
        for written in _LATIN_WORD.findall(clause):
            yield _latin(written)
        return
    for part in re.split(f"({NAMES.pattern})", clause):
        if NAMES.fullmatch(part):
            yield _latin(part) if part.isascii() else Word(part, part, inside=False, last=False)
        else:
            for written, kind in rjieba.tag(part):
                yield _chinese(written, kind)


def _latin(written: str) -> Word:
    bare = _APOSTROPHE.sub("", written)
    usual = background("words").get(stem(bare), 0.0)
    told = len(bare) > 2 and bare not in EMPTY_LATIN and usual < ORDINARY_LATIN  # noqa: PLR2004
    return Word(bare, stem(bare), inside=told, last=told and not bare.isdigit())


def _chinese(written: str, kind: str) -> Word:
    empty = (
        written in EMPTY or not written.strip() or written.isdigit() or bool(_ASKS.search(written))
    )
    inside = not empty and (kind in INSIDE or kind[0] == "n") and kind not in ("nr", "nrt", "nt")
    last = inside and (kind in NOUNS or kind[0] == "n" or (kind == "q" and len(written) == 1))
    usual = background("words").get(written, 0.0) > (ORDINARY_VERB if kind == "v" else ORDINARY)
    place = names_place([written])
    return Word(written, written, inside and not place, last and not place and not usual)


def _runs(found: Iterator[Word]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in found:
        if word.inside:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _cuts(run: Sequence[Word]) -> Iterator[Phrase]:
    for start in range(len(run)):
        for stop in range(start + 1, min(start + MOST_WORDS, len(run)) + 1):
            part = run[start:stop]
            latin = part[0].written.isascii()
            written = (" " if latin else "").join(word.written for word in part)
            if _names(part, written, latin=latin):
                yield Phrase(tuple(word.key for word in part), written)


def _names(part: Sequence[Word], written: str, *, latin: bool) -> bool:
    if not part[-1].last or any(word.written.isascii() is not latin for word in part):
        return False
    if latin:
        return True
    return 1 < len(written) <= MOST_LETTERS and (len(part) > 1 or len(part[0].written) > 1)
