"""Nonsense in every address and every form: a clear answer, and never a fault of ours."""

import pytest

from models.person import Role
from models.topic import TopicState
from tests.web.world import World, addresses, ask, staff

#: The person would no longer be signed in, or not know the password.
LAST = {"account.sign_out", "account.end_session", "account.end_other_sessions", "account.password"}
HUGE = [2**70, 2**63, 10**4000]
WORDS = ["\x00\u202e", "9" * 5000, str(2**70), "²"]
FIELDS = (
    "version reason words answer name role format title facts text proposal place kind clause "
    "question different_from phone address hidden_note into into_number id first second group "
    "slug agency region code region_name name_en about parent locale language next token number "
    "url issued_on opens_at closes_at explanation summary questions support publish_text "
    "threshold column-body return-reason return-version place-" + "9" * 5000
).split()
#: What gets a form past its first check, to where a strange number may do harm.
CHOSEN = [
    {},
    {"act": "split"},
    {"act": "different", "version": "1"},
    {"act": "move", "id": "1"},
    {"act": "confirm", "id": f"{2**70}.{2**70}"},
    {"act": "merge", "id": "1.1"},
    {"act": "save"},
    {"act": "enact", "issued_on": "2026-01-01"},
    {"verdict": "same", "first": "9" * 5000},
    {"verdict": "different", "first": str(2**70)},
    {"verdict": "uphold"},
    {"go": f"support:{2**70}"},
    {"go": "support:" + "9" * 5000},
    {"reason": "left"},
    {"outcome": "noted", "id": str(2**70)},
]
QUERIES = [
    "page=-1",
    f"page={2**70}",
    "page=" + "9" * 5000,
    "page=%00&sort=%00&stage=x&kind=x&outcome=x&tab=x&shelf=x&only=x",
    "q=%00%ED%A0%80&title=%00%ED%A0%80",
    "q=" + "%25_" * 200,
    f"actor={2**70}&topic={2**70}&question={2**70}&against={2**70}&limit={2**70}",
    "actor=-1&topic=-1&limit=-5&act=%25_&clause=%ED%A0%80&region=" + "00" * 40,
    "next=//elsewhere.example&title=" + "%F0%9F%92%A9" * 40,
]


@pytest.fixture
def world(make, pages):
    world = World(make, TopicState.OPEN)
    pages.app.config["PROPAGATE_EXCEPTIONS"] = False
    roles = (Role.ANALYST, Role.DRAFTER, Role.UNIT_LEADER, Role.ADMINISTRATOR)
    pages.sign_in(staff(make, roles, world.agency))
    return world


def faults(pages, method, addresses, forms=(None,)):
    return [
        (address[:80], str(form)[:80])
        for address in addresses
        for form in forms
        if ask(pages, method, address, form).status_code >= 500
    ]


def test_strange_questions_get_an_answer(app, pages, world):
    wanted = [
        f"{address}?{query}"
        for _endpoint, address in addresses(app, world, "GET")
        for query in QUERIES
        if not address.startswith(("/static", "/assets"))
    ]
    assert faults(pages, "GET", wanted) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_numbers_that_no_row_has_lead_nowhere(app, pages, world, method):
    for rule in app.url_map.iter_rules():
        known = world.values(rule.endpoint)
        whole = [name for name in rule.arguments if isinstance(known[name], int)]
        for number in HUGE if whole and method in rule.methods else ():
            address = "".join(
                str(number if name in whole else known.get(name, part))
                for part, name in ((part, part.rpartition(":")[2]) for part in _parts(rule.rule))
            )
            answer = ask(pages, method, address, {} if method == "POST" else None)
            assert answer.status_code in {404, 405}, address[:80]


def _parts(rule):
    return rule.replace("<", ">").split(">")


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
def test_strange_words_in_every_field_are_refused_or_kept(app, pages, world, word):
    form = dict.fromkeys(FIELDS, word)
    wanted = [one for name, one in addresses(app, world, "POST") if name not in LAST]

    assert faults(pages, "POST", wanted, [form | chosen for chosen in CHOSEN]) == []
