"""From a grouping to the page."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consult.clustering.documents import Document, digest
from consult.clustering.grouping.results import Group
from consult.clustering.report import figures
from consult.clustering.report.material import Material
from consult.clustering.report.wording import speaker

HERE = Path(__file__).parent
#: What is shown at most, so that any file can be opened: groups, members of each, and others.
MOST_GROUPS, MOST_MEMBERS, MOST_UNSURE, MOST_LISTED = 500, 20, 5, 100
#: Characters shown of a title, of a member and of a representative.
TITLE, EXCERPT, WHOLE = 60, 110, 320
#: How a day is written in the tables of others.
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
#: Texts sent this often are listed.
MANY = 3


@dataclass(frozen=True)
class Member:
    """A line of a group."""

    id: str
    title: str
    excerpt: str
    likeness: float
    uncertain: bool


@dataclass(frozen=True)
class Card:
    """A group as it is shown."""

    number: int
    name: str
    title: str
    body: str
    id: str
    keywords: tuple[str, ...]
    size: int
    distinct: int
    people: int | None
    times: str
    cohesion: float
    nearest: int | None
    nearest_name: str
    nearest_shown: bool
    nearest_likeness: float
    uncertain: int
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Copied:
    """A text that came many times."""

    text: str
    count: int
    people: int | None
    group: int


def render(material: Material, *, language: str | None = None) -> str:
    """Return the whole page; ``language`` is ``en`` or ``zh``, that of the texts without it.

    The size is bounded (500 groups, 25 members each); what is not shown is counted on the page.
    """
    language = language or material.language
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    view = _View(material)
    threshold = float(str(view.settings.get("applied_threshold", view.settings["threshold"])))
    page = environment.get_template("report.html.jinja").render(
        say=speaker(language),
        language=language,
        style=(HERE / "style.css").read_text(encoding="utf-8"),
        view=view,
        material=material,
        threshold=threshold,
        sizes=figures.size_chart(material.grouping),
        likeness=figures.likeness_chart(material.grouping, threshold),
        drawing=figures,
    )
    # half characters and control signs of the texts are not HTML
    whole = page.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(sign for sign in whole if sign >= " " or sign in "\n\t")


class _View:
    """What the template asks for."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.grouping = material.grouping
        self.settings = dict(material.grouping.settings)
        self.digests = [digest(document) for document in material.documents]
        self.groups = [group for group in self.grouping if len(group) > 1]
        self.shown = min(len(self.groups), MOST_GROUPS)
        self.in_groups = sum(len(group) for group in self.groups)
        self.alone = len(material.documents) - self.in_groups
        self.unsure = sum(len(group.uncertain) for group in self.grouping)
        self.distinct = len(set(self.digests))
        self.people = len(_known(material.users)) if material.users else None

    def cards(self) -> list[Card]:
        """Return the largest groups; the template draws them one by one."""
        return [self._card(number) for number in range(self.shown)]

    def copied(self) -> list[Copied]:
        """Return texts that came many times, the most frequent first."""
        counts = Counter(
            code
            for code, document in zip(self.digests, self.material.documents, strict=True)
            if document.text.strip()
        )
        places: dict[str, list[int]] = {}
        frequent = {code for code, count in counts.items() if count >= MANY}
        for place, code in enumerate(self.digests):
            if code in frequent:
                places.setdefault(code, []).append(place)
        most = sorted(places.values(), key=lambda found: (-len(found), found))[:MOST_LISTED]
        return [self._copied(found) for found in most]

    def nearly(self) -> list[tuple[Member, int | None, float]]:
        """Return single texts that nearly joined a group, with that group."""
        return [
            (self._member(group, 0), self._number(group.nearest), group.nearest_similarity)
            for group in self.grouping
            if len(group) == 1 and group.uncertain
        ]

    def name(self, number: int) -> str:
        """Return what a group (or a single text) is called, by its number from 1."""
        group = self.grouping.groups[number - 1]
        words = " · ".join(group.keywords[:3])
        if len(group) == 1 or not words:
            document = self.material.documents[group.representative]
            return _clipped(document.title or document.body, TITLE)
        return words

    def _card(self, at: int) -> Card:
        group = self.groups[at]
        document = self.material.documents[group.representative]
        chosen = list(range(min(len(group), MOST_MEMBERS)))
        unsure = set(group.uncertain)
        further = (n for n in range(len(chosen), len(group)) if group.members[n] in unsure)
        chosen += [n for n, _ in zip(further, range(MOST_UNSURE), strict=False)]
        near = self._number(group.nearest)
        return Card(
            number=at + 1,
            name=self.name(at + 1),
            title=_clipped(document.title, 2 * TITLE),
            body=_clipped(document.body, WHOLE),
            id=self.material.ids[group.representative],
            keywords=group.keywords,
            size=len(group),
            distinct=len({self.digests[member] for member in group.members}),
            people=self._people(group.members),
            times=self._span(group.members),
            cohesion=group.cohesion,
            nearest=near,
            nearest_name=self.name(near) if near else "",
            nearest_shown=near is not None and near <= self.shown,
            nearest_likeness=group.nearest_similarity,
            uncertain=len(unsure),
            members=tuple(self._member(group, number) for number in chosen),
        )

    def _member(self, group: Group, number: int) -> Member:
        place = group.members[number]
        document: Document = self.material.documents[place]
        return Member(
            id=self.material.ids[place],
            title=_clipped(document.title, TITLE),
            excerpt=_clipped(document.body, EXCERPT),
            likeness=group.similarities[number],
            uncertain=place in group.uncertain,
        )

    def _copied(self, places: Sequence[int]) -> Copied:
        document = self.material.documents[places[0]]
        return Copied(
            text=_clipped(document.text, EXCERPT),
            count=len(places),
            people=self._people(places),
            group=self.grouping.labels[places[0]] + 1,
        )

    def _people(self, places: Sequence[int]) -> int | None:
        users = self.material.users
        return len(_known([users[place] for place in places])) if users else None

    def _span(self, places: Sequence[int]) -> str:
        times = self.material.times
        days = sorted({day for place in places if (day := _day(times[place]))}) if times else []
        if not days:
            return ""
        return days[0] if days[0] == days[-1] else f"{days[0]} – {days[-1]}"

    def _number(self, label: int | None) -> int | None:
        return None if label is None else label + 1


def _known(users: Sequence[str]) -> set[str]:
    return {user.strip() for user in users if user.strip()}


def _day(moment: str) -> str:
    """Return the day of ``2019/3/7 10:02`` or the like as ``2019-03-07``."""
    found = DAY.search(moment)
    return "{:0>4}-{:0>2}-{:0>2}".format(*found.groups()) if found else ""


def _clipped(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
