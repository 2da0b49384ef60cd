"""A citizen at the browser, and a city that reads what they write."""

import pytest


@pytest.fixture
def citizen(city, pages):
    pages.sign_in(city.people.citizen)
    return city.people.citizen


@pytest.fixture
def slug(city):
    city.session.commit()
    return city.mailbox.topic.slug
