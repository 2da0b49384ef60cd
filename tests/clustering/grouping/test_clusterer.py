import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consult.clustering import Clusterer, Document, HashingEncoder, WrongVectors, load_encoder
from tests.clustering.texts import ALL, BUS, LAMP, LIFT, NOISE, sets, titles

QUICK = Clusterer(HashingEncoder())
SENTENCES = [
    "修路灯",
    "路灯坏了",
    "路灯不亮",
    "加装电梯",
    "电梯补贴",
    "bus 17",
    "more trees",
    "",
    "😀",
]


@pytest.fixture(scope="module")
def clusterer():
    return Clusterer(load_encoder())


def test_requests_for_the_same_thing_are_found_among_others(clusterer):
    found = sets(clusterer.cluster(ALL), ALL)

    assert {titles(*LAMP), titles(*LIFT), titles(*BUS)} <= found


def test_what_nobody_else_asks_stays_alone(clusterer):
    found = sets(clusterer.cluster(ALL), ALL)

    assert {titles(text) for text in NOISE} <= found


def test_the_same_complaint_at_another_place_is_another_request(clusterer):
    other = Document("丹枫路路灯坏了", "丹枫路从医院到车站一段的路灯不亮，请尽快维修。")
    found = sets(clusterer.cluster([*ALL, other]), [*ALL, other])

    assert titles(other) in found


def test_groups_come_largest_first_and_hold_every_text_once(clusterer):
    grouping = clusterer.cluster(ALL)

    assert [len(group) for group in grouping][:4] == [3, 2, 2, 1]
    assert sorted(member for group in grouping for member in group.members) == list(range(len(ALL)))
    assert all(at in grouping.groups[label].members for at, label in enumerate(grouping.labels))


def test_a_group_explains_itself(clusterer):
    group = clusterer.cluster(ALL).groups[0]

    assert group.representative == group.members[0]
    assert "青松" in "".join(group.keywords)
    assert len(group.similarities) == len(group) == 3
    assert all(0.5 <= similarity <= 1 for similarity in group.similarities)
    assert 0.5 <= group.cohesion <= 1


def test_the_nearest_group_is_another_one(clusterer):
    beside = Document("青松路路口没有信号灯", "青松路小学门口的路口没有信号灯，孩子过街很不安全。")
    grouping = clusterer.cluster([*ALL, beside])
    nearest = [(at, group.nearest) for at, group in enumerate(grouping)]

    assert any(other is not None for _, other in nearest)
    assert all(at != other for at, other in nearest)


def test_no_texts_make_no_groups():
    grouping = QUICK.cluster([])

    assert grouping.groups == grouping.labels == ()


def test_one_text_is_a_group_of_its_own():
    [group] = QUICK.cluster(["修路灯"])

    assert (group.members, group.similarities, group.nearest) == ((0,), (1.0,), None)


def test_equal_texts_are_one_group_however_many():
    [group] = QUICK.cluster(["请修路灯！"] * 500)

    assert len(group) == 500
    assert group.cohesion == 1.0


def test_texts_without_words_stay_alone():
    assert len(QUICK.cluster(["", " ", "", "修路灯"])) == 4


def test_odd_texts_are_grouped_like_any_other():
    odd = ["路" * 100_000, "a" * 100_000, "\0", "\ud800", "😀", "修路灯", "修路灯！"]
    label = QUICK.cluster(odd).labels

    assert label[5] == label[6]
    assert len(set(label)) == 6


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(texts, shuffler):
    order = list(range(len(texts)))
    shuffler.shuffle(order)
    straight = QUICK.cluster(texts)
    shuffled = QUICK.cluster([texts[at] for at in order])

    wanted = {frozenset(texts[at] for at in group.members) for group in straight}
    assert {frozenset(texts[order[at]] for at in group.members) for group in shuffled} == wanted


def test_real_looking_texts_give_the_same_groups_in_any_order(clusterer):
    wanted = sets(clusterer.cluster(ALL), ALL)
    shuffler = random.Random(7)
    for _ in range(3):
        texts = shuffler.sample(ALL, len(ALL))
        assert sets(clusterer.cluster(texts), texts) == wanted


def test_what_a_person_called_the_same_is_together(clusterer):
    grouping = clusterer.cluster(ALL, must_link=[(0, 9)])

    assert grouping.labels[0] == grouping.labels[9]
    assert grouping.labels[0] == grouping.labels[1]


def test_what_a_person_called_different_is_apart(clusterer):
    grouping = clusterer.cluster(ALL, cannot_link=[(0, 1)])

    assert grouping.labels[0] != grouping.labels[1]


def test_copies_can_be_kept_apart():
    grouping = QUICK.cluster(["修路灯", "修路灯!", "修 路灯"], cannot_link=[(0, 1)])

    assert grouping.labels[0] != grouping.labels[1]


def test_copies_do_not_tie_what_a_person_keeps_apart():
    """The first two are copies; each is tied to one of two that are not the same."""
    texts = ["修路灯", "修路灯!", "换路灯", "拆路灯", "拆路灯。"]
    ties = [(0, 2), (1, 3)]

    labels = QUICK.cluster(texts, must_link=ties, cannot_link=[(2, 3)]).labels

    assert (labels[0], labels[1]) == (labels[2], labels[3])
    assert labels[2] != labels[3]


def test_a_contradiction_is_reported_and_not_guessed(clusterer):
    grouping = clusterer.cluster(ALL, must_link=[(0, 9), (9, 10)], cannot_link=[(0, 10)])

    [contradiction] = grouping.contradictions
    assert contradiction.apart == (0, 10)
    assert set(contradiction.together) == {(0, 9), (9, 10)}
    assert grouping.labels[0] != grouping.labels[9]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_constraints_hold_or_are_reported(data):
    pair = st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda ends: ends[0] != ends[1])
    must, cannot = data.draw(st.lists(pair, max_size=5)), data.draw(st.lists(pair, max_size=5))
    grouping = QUICK.cluster(SENTENCES, must_link=must, cannot_link=cannot)
    excused = {pair for found in grouping.contradictions for pair in (found.apart, *found.together)}

    label = grouping.labels
    assert all(label[a] == label[b] for a, b in must if (min(a, b), max(a, b)) not in excused)
    assert all(label[a] != label[b] for a, b in cannot if (min(a, b), max(a, b)) not in excused)


def test_a_chain_does_not_tie_unlike_ends():
    signs = [chr(0x4E00 + 37 * n) for n in range(120)]
    steps = ["".join(signs[start : start + 12]) for start in range(0, 100, 4)]
    label = QUICK.cluster(steps).labels

    assert label[0] != label[-1]


def test_a_higher_threshold_makes_no_larger_groups(clusterer):
    strict = Clusterer(clusterer.encoder, threshold=0.99).cluster(ALL)
    loose = Clusterer(clusterer.encoder, threshold=0.05).cluster(ALL)

    assert len(strict) > len(loose)


def test_given_vectors_are_used():
    nothing = np.zeros((2, 512), np.float32)

    assert len(QUICK.cluster(["修路灯", "维修照明"], vectors=nothing)) == 2


@pytest.mark.parametrize(
    "vectors", [np.zeros((1, 4)), np.full((2, 4), np.nan), np.full((2, 4), np.inf), np.zeros(2)]
)
def test_vectors_that_do_not_fit_are_refused(vectors):
    with pytest.raises(WrongVectors):
        QUICK.cluster(["修路灯", "电梯"], vectors=vectors)


@pytest.mark.parametrize("pair", [(0, 5), (-1, 0)])
def test_constraints_on_texts_that_do_not_exist_are_refused(pair):
    with pytest.raises(ValueError, match="positions run from 0 to 1"):
        QUICK.cluster(["修路灯", "电梯"], must_link=[pair])


@pytest.mark.parametrize(
    "wrong", [{"threshold": 2}, {"neighbours": 0}, {"reach": -1}, {"mode": "all"}]
)
def test_settings_without_meaning_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        Clusterer(HashingEncoder(), **wrong)


def test_a_run_can_be_recorded(clusterer):
    grouping = clusterer.cluster(ALL)

    assert grouping.settings["threshold"] == 0.5
    assert 0.5 <= grouping.settings["applied_threshold"] <= 1
    assert grouping.settings["sought"] == "requests"
    assert grouping.encoder["fingerprint"] == clusterer.encoder.fingerprint


def test_a_run_tells_that_it_sought_ideas():
    ideas = ["最低工资应当提高", "提高最低工资标准", "公园多种树", "降低学费", "早点放学"]

    assert QUICK.cluster(ideas).settings["sought"] == "ideas"


def test_a_raised_limit_is_recorded():
    forms = [f"请求按照统一格式答复第{n}号楼的问题" for n in range(40)]
    settings = QUICK.cluster(forms).settings

    assert settings["applied_threshold"] > settings["threshold"]


def test_the_phases_of_an_estate_are_told_apart(clusterer):
    texts = [
        Document("东湖花园一期的电梯坏了", "请尽快检修，老人上不了楼。"),
        Document("请检修东湖花园二期的电梯", "电梯三天两头停运，物业不管。"),
    ]
    label = clusterer.cluster([*ALL, *texts]).labels

    assert label[-1] != label[-2]


def test_progress_ends_with_everything_done(clusterer):
    calls = []
    clusterer.cluster(ALL, progress=lambda *call: calls.append(call))

    assert {stage for stage, *_ in calls} == {"candidates", "comparing"}
    assert all(done == total for stage, done, total in calls[-1:])
