import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from consult.clustering import (
    Clusterer,
    ClusteringError,
    Document,
    HashingEncoder,
    SuggestionClusterer,
    encode_documents,
)
from tests.clustering.texts import ALL, BUS, LAMP, LIFT

#: What its checks cannot ask of an estimator of texts.
EXPECTED = {
    "check_clustering": "expects clouds of numbers to be found, by their distances",
    "check_fit1d": "a list of texts has one dimension",
    "check_fit2d_predict1d": "a list of texts has one dimension",
}
NEW = Document("青松路的路灯还是不亮", "从小学到菜场，路灯三个月没人修，孩子摸黑走路。")


class Spelled(SuggestionClusterer):
    """Reads numbers as texts, since the checks of scikit-learn come with tables of numbers."""

    def _text(self, cell):
        return cell if isinstance(cell, str) else f"{cell:.2f}"

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array, tags.input_tags.two_d_array = False, True
        return tags


class Frame:
    """As much of a data frame as scikit-learn and we ask for."""

    def __init__(self, **columns):
        self._columns = columns
        self.columns = list(columns)
        self.shape = (len(next(iter(columns.values()))), len(columns))

    def __getitem__(self, names):
        return Frame(**{name: self._columns[name] for name in names})

    def __array__(self, dtype=None, copy=None):
        return np.array([*map(list, zip(*self._columns.values(), strict=True))], object)

    def __len__(self):
        return self.shape[0]


@pytest.fixture(scope="module")
def fitted():
    return SuggestionClusterer().fit(ALL)


@pytest.mark.filterwarnings("ignore")
def test_it_keeps_the_conventions_of_scikit_learn():
    results = check_estimator(
        Spelled("hashing"), expected_failed_checks=EXPECTED, on_skip=None, on_fail=None
    )

    failed = {
        each["check_name"]: each["exception"] for each in results if each["status"] == "failed"
    }
    assert not failed
    assert sum(each["status"] == "passed" for each in results) >= 40


def test_it_groups_as_the_clusterer_does(fitted):
    grouping = Clusterer(fitted.encoder_).cluster(ALL)

    assert fitted.labels_.tolist() == list(grouping.labels)
    assert fitted.groups_ == grouping.groups
    assert SuggestionClusterer().fit_predict(ALL).tolist() == list(grouping.labels)


def test_a_new_text_goes_to_its_group_and_a_strange_one_to_none(fitted):
    placed = fitted.predict([NEW, Document("建议食堂增加素菜", "窗口只有两个素菜。")])

    assert placed.tolist() == [fitted.labels_[0], -1]


def test_what_it_knows_goes_where_it_is(fitted):
    assert np.array_equal(fitted.predict(ALL), fitted.labels_)


def test_no_new_text_is_no_matter(fitted):
    assert fitted.predict([]).shape == (0,)


def test_settings_are_taken_and_copied():
    model = SuggestionClusterer("hashing", threshold=0.7, random_state=3)
    copy = clone(model).set_params(neighbours=5)

    assert copy.get_params() == model.get_params() | {"neighbours": 5}


def test_chance_changes_nothing():
    first, second = (
        SuggestionClusterer("hashing", random_state=seed).fit_predict(ALL) for seed in (1, 2)
    )

    assert np.array_equal(first, second)


def test_judgements_and_stored_vectors_are_taken():
    encoder = HashingEncoder()
    model = SuggestionClusterer(encoder, threshold=0.9)
    model.fit(
        ALL,
        vectors=encode_documents(encoder, ALL).tolist(),
        must_link=[(0, 9), (9, 10)],
        cannot_link=[(0, 10)],
    )

    assert model.grouping_.contradictions
    assert model.labels_[0] != model.labels_[9]


def test_progress_is_told():
    stages = []
    SuggestionClusterer("hashing", progress=lambda *call: stages.append(call[0])).fit(ALL)

    assert "comparing" in stages


@pytest.mark.parametrize(
    "table",
    [
        Frame(id=range(12), title=[text.title for text in ALL], body=[text.body for text in ALL]),
        Frame(heading=[text.title for text in ALL], words=[text.body for text in ALL]),
        np.array([[text.title, text.body] for text in ALL]),
        [[text.title, text.body] for text in ALL],
        [(text.title, text.body) for text in ALL],
    ],
    ids=["frame", "other names", "array", "lists", "tuples"],
)
def test_a_table_is_read_by_its_columns(table, fitted):
    model = SuggestionClusterer().fit(table)

    assert np.array_equal(model.labels_, fitted.labels_)
    assert model.n_features_in_ == 2


def test_columns_are_chosen_by_name():
    frame = Frame(id=range(7), b=[text.body for text in LAMP + BUS + LIFT], a=["x"] * 7)
    model = SuggestionClusterer("hashing", columns=["b"])

    assert model._documents(frame, reset=True) == [
        Document(text.body) for text in LAMP + BUS + LIFT
    ]


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ClusteringError, match="no column is called 'text'"):
        SuggestionClusterer("hashing", columns=["text"]).fit(Frame(title=["a"]))


def test_a_missing_value_is_an_empty_text():
    frame = Frame(title=["修路灯", None], body=[float("nan"), "路灯坏了"])

    assert SuggestionClusterer("hashing").fit(frame)._documents(frame, reset=False) == [
        Document("修路灯"),
        Document("", "路灯坏了"),
    ]


def test_an_array_of_texts_is_a_list_of_texts():
    texts = np.array(["修路灯", "加电梯", "修 路灯"])

    assert SuggestionClusterer("hashing").fit_predict(texts).tolist() == [0, 1, 0]


@pytest.mark.parametrize("wrong", ["修路灯", 7, None, [1, 2], [b"a"], np.eye(3), np.float64(3)])
def test_what_is_no_text_is_refused(wrong):
    with pytest.raises(ClusteringError, match="text"):
        SuggestionClusterer("hashing").fit(wrong)


def test_vectors_in_place_of_texts_are_told_where_they_belong():
    with pytest.raises(ClusteringError, match=r"fit\(texts, vectors=...\)"):
        SuggestionClusterer("hashing").fit(np.eye(4))


def test_vectors_of_another_model_are_refused():
    with pytest.raises(ClusteringError, match="expected vectors of 512 numbers, got 3"):
        SuggestionClusterer("hashing").fit(["a", "b", "c"], vectors=np.eye(3))


def test_it_does_not_place_before_it_has_grouped():
    with pytest.raises(NotFittedError):
        SuggestionClusterer("hashing").predict(["修路灯"])


def test_it_can_be_kept_in_a_file(fitted):
    fitted.predict([NEW])
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - our own, of a moment ago

    assert np.array_equal(again.predict([NEW]), fitted.predict([NEW]))


def test_it_ends_a_pipeline():
    assert make_pipeline(SuggestionClusterer("hashing")).fit_predict(["a", "a"]).tolist() == [0, 0]
