"""The templates of a mailbox on their pages."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.reply_template import ReplyTemplate

FORM = {
    "name": "路灯答复",
    "state": "replied",
    "domain": "urban",
    "page_text": "关于{编号}号留言：【核查情况】",
    "mail_text": "您的留言已办理。",
}


@pytest.fixture
def url(city):
    return f"/office/mailboxes/{city.mailbox.topic.slug}/templates"


@pytest.fixture
def desk(pages, city):
    return pages.speak("en").sign_in(city.people.assigner)


def kept(city):
    return city.session.scalars(select(ReplyTemplate)).all()


def test_a_template_is_kept_changed_retired_and_offered_again(desk, city, url):
    desk.post(url, **FORM)
    [template] = kept(city)
    one = f"{url}/{template.id}"
    desk.post(one, **(FORM | {"name": "路灯维修", "version": str(template.version)}))
    assert "路灯维修" in desk.get(url)
    page = desk.post(f"{one}/retire", version=str(template.version))
    assert "Not offered" in page
    page = desk.post(f"{one}/restore", version=str(template.version))

    assert "Not offered" not in page
    assert (template.name, template.retired_at) == ("路灯维修", None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give the template a name."),
        ({"page_text": " "}, "Write what the page says."),
        ({"page_text": "{作者}"}, "{作者} is no place"),
        ({"state": "archived"}, "Not a valid choice"),
        ({"domain": "space"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, city, url, wrong, sentence):
    page = desk.post(url, status=HTTPStatus.UNPROCESSABLE_ENTITY, **(FORM | wrong))

    assert sentence in page
    assert "您的留言已办理。" in page
    assert kept(city) == []


def test_a_colleague_who_was_quicker_is_not_overwritten(desk, city, url):
    desk.post(url, **FORM)
    [template] = kept(city)
    page = desk.post(
        f"{url}/{template.id}",
        status=HTTPStatus.CONFLICT,
        **(FORM | {"name": "我的名称", "version": "99"}),
    )

    assert "我的名称" in page
    assert template.name == "路灯答复"


def test_a_handler_reads_them_and_changes_none(pages, city, url):
    pages.speak("en").sign_in(city.people.handler)
    page = pages.get(url)

    assert 'name="page_text"' not in page
    pages.post(url, status=HTTPStatus.FORBIDDEN, **FORM)
    assert kept(city) == []


@pytest.mark.parametrize("who", ["citizen", "stranger"])
def test_nobody_else_sees_them(pages, city, url, who):
    pages.sign_in(getattr(city.people, who))
    pages.get(url, status=HTTPStatus.FORBIDDEN)


def test_the_template_of_another_mailbox_is_not_found_here(desk, city, make, url):
    desk.post(url, **FORM)
    [template] = kept(city)
    other = make.mailbox(agency=city.mailbox.topic.agency)
    city.session.commit()

    desk.get(
        f"/office/mailboxes/{other.topic.slug}/templates/{template.id}",
        status=HTTPStatus.NOT_FOUND,
    )
