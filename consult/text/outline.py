"""Where in a draft one is: under which headings, and with which address."""

from dataclasses import dataclass

from consult.text.marker import Mark, Marker

WAY = " › "
LONGEST_STEP = 40
NAMELESS = "head-"


@dataclass(frozen=True, slots=True)
class Step:
    """An open heading or numbered paragraph."""

    rank: float
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a passage."""

    anchor: str
    heading: str
    level: int


class Outline:
    """Opens and closes headings, and gives every passage an address of its own."""

    def __init__(self) -> None:
        self.headings: list[Step] = []
        self.paragraphs: list[Step] = []
        self._ranks: dict[int, float] = {}
        self._used: dict[str, int] = {}
        self._nameless = 0

    def open_heading(self, marker: Marker, title: str, markdown: int = 0) -> Place:
        """Enter 第二章 or an annex; ``markdown`` is its level as a heading of Markdown."""
        if markdown:
            self._ranks[markdown] = marker.rank
        rank = 0 if marker.mark is Mark.ANNEX else marker.rank
        self._close(rank)
        return self._open_heading(rank, self._within(marker.key), title)

    def open_nameless(self, title: str, markdown: int) -> Place:
        """Enter a heading that has only a level; it lies as deep as numbered ones of that level."""
        rank = self._ranks.get(markdown, markdown * 10 - 5)
        self._close(rank)
        self._nameless += 1
        return self._open_heading(rank, f"{NAMELESS}{self._nameless}", title)

    def article(self, marker: Marker) -> Place:
        """Articles are counted through the whole draft, and anew in each annex."""
        annex = [step.anchor for step in self.headings if step.anchor.startswith("annex")]
        return self._place("-".join([*annex, marker.key]))

    def open_paragraph(self, marker: Marker, title: str) -> Place:
        """Enter （二） or 1.2, below the numbered paragraph that is open."""
        self.paragraphs = [step for step in self.paragraphs if step.rank < marker.rank]
        if self.paragraphs:
            parent = self.paragraphs[-1]
            dotted = marker.rank - parent.rank == 1
            number = marker.number[-1:] if dotted else marker.number
            key = "-".join([parent.anchor, *map(str, number)])
        else:
            key = self._within(marker.key)
        place = self._place(key)
        short = (
            title if len(title) <= LONGEST_STEP and title[-1] not in "。；：.;:" else marker.label
        )
        self.paragraphs.append(Step(marker.rank, place.anchor, short))
        return place

    def text(self) -> Place:
        """Give a place to a paragraph without a number."""
        anchor = f"{self.headings[-1].anchor}-text" if self.headings else "text"
        first = self._used.get(anchor, 0) + 1
        self._used[anchor] = first
        return self._place(f"{anchor}-{first}")

    def named(self, anchor: str) -> Place:
        """Give a place to what is named by its kind, such as the preamble."""
        return self._place(anchor)

    def _open_heading(self, rank: float, anchor: str, title: str) -> Place:
        place = self._place(anchor)
        self.headings.append(Step(rank, place.anchor, title))
        return place

    def _close(self, rank: float) -> None:
        self.headings = [step for step in self.headings if step.rank < rank]
        self.paragraphs = []

    def _within(self, key: str) -> str:
        named = [step.anchor for step in self.headings if not step.anchor.startswith(NAMELESS)]
        return f"{named[-1]}-{key}" if named else key

    def _place(self, anchor: str) -> Place:
        """Make the address; a number that is there twice, by mistake, gets ``_2`` behind it."""
        times = self._used.get(anchor, 0) + 1
        self._used[anchor] = times
        steps = [step.title for step in (*self.headings, *self.paragraphs)]
        unique = anchor if times == 1 else f"{anchor}_{times}"
        return Place(unique, WAY.join(steps), len(steps) + 1)
