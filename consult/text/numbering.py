"""Whether what looks like the beginning of a clause is one."""

from consult.text.marker import Mark, Marker, Number


def open_quotations(text: str, before: int = 0) -> int:
    """Count the quotation marks “ that are still open after ``text``."""
    return max(0, before + text.count("“") - text.count("”"))


class Numbering:
    """Knows which number comes next, and whether a quotation is open.

    A reference that was wrapped to the start of a line and an article that an
    amendment quotes look like beginnings; their numbers seldom run on.
    """

    def __init__(self, *, has_articles: bool) -> None:
        self.has_articles = has_articles
        self.quotations = 0
        self.article: Number = ()
        #: rank and number of the numbered paragraphs that are open, outermost first
        self.paragraphs: list[tuple[int, Number]] = []

    def read(self, text: str) -> None:
        """Take note of a line."""
        self.quotations = open_quotations(text, self.quotations)

    def accepts(self, marker: Marker) -> bool:
        """Say whether something begins here, and if so, go on counting from it."""
        if marker.mark is Mark.PARAGRAPH and self.has_articles:
            return False
        if not (self._runs_on(marker) or (marker.sure and not self.quotations)):
            return False
        self._enter(marker)
        return True

    def _runs_on(self, marker: Marker) -> bool:
        if marker.mark is Mark.ARTICLE:
            return self._article_runs_on(marker.number)
        return marker.mark is Mark.PARAGRAPH and self._paragraph_runs_on(marker)

    def _article_runs_on(self, number: Number) -> bool:
        if not self.article:
            return number == (1,) and not self.quotations
        *above, last = self.article
        return number in {(self.article[0] + 1,), (*above, last + 1), (*self.article, 1)}

    def _paragraph_runs_on(self, marker: Marker) -> bool:
        *above, last = marker.number
        siblings = [number for rank, number in self.paragraphs if rank == marker.rank]
        if siblings and marker.number == (*siblings[-1][:-1], siblings[-1][-1] + 1):
            return True
        inside = not above or tuple(above) in (number for _, number in self.paragraphs)
        return last == 1 and inside and not self.quotations

    def _enter(self, marker: Marker) -> None:
        self.quotations = 0
        if marker.mark is Mark.ARTICLE:
            self.article = marker.number
        elif marker.mark is Mark.PARAGRAPH:
            outer = [step for step in self.paragraphs if step[0] < marker.rank]
            self.paragraphs = [*outer, (marker.rank, marker.number)]
        else:
            self.paragraphs = []
            if marker.mark is Mark.ANNEX:
                self.article = ()
