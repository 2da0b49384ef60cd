"""One row of somebody else's table, checked and turned into what a suggestion is made of."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from consult.clustering import digest
from consult.exceptions import N_, Invalid
from consult.services.exchange.seen import Seen
from consult.tables import Row
from consult.text.normalise import clip, tidy, tidy_line
from models.suggestion import SuggestionKind

MAX_TITLE = 200
#: Letters run longer than what people type into a form.
MAX_TEXT = 20_000
#: What the columns for numbers and senders hold.
MAX_NUMBER = 255
#: A text without a title is called by its beginning.
BORROWED_TITLE = 40

KINDS = {
    **{kind.value: kind for kind in SuggestionKind},
    "建言": SuggestionKind.ADVICE,
    "建议": SuggestionKind.ADVICE,
    "意见": SuggestionKind.ADVICE,
    "咨询": SuggestionKind.QUESTION,
    "求助": SuggestionKind.HELP,
    "求决": SuggestionKind.HELP,
    "投诉": SuggestionKind.COMPLAINT,
    "举报": SuggestionKind.REPORT,
    "感谢": SuggestionKind.PRAISE,
    "表扬": SuggestionKind.PRAISE,
}
MOMENT = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<hour>\d{1,2})[::时](?P<minute>\d{1,2})(?:[::分](?P<second>\d{1,2}))?)?"
)


@dataclass(frozen=True)
class Entry:
    """A row that can be taken in."""

    line: int
    external_id: str
    #: Who says it; equal for equal senders of one topic.
    author: str
    #: Digest of what is said.
    words: str
    title: str
    facts: str
    proposal: str
    place: str
    kind: SuggestionKind
    clause_id: int | None
    at: datetime | None


class RowReader:
    """Reads rows under one mapping of columns, and remembers on disk what it has seen.

    Parameters
    ----------
    topic_id
        Numbers and senders of one topic are nothing to another's.
    mapping
        Field → column, as :func:`consult.tables.map_columns` gives it.
    clauses
        Ids by what a file may call them: anchor and label.
    zone
        The zone of moments that name none.
    """

    def __init__(
        self, topic_id: int, *, mapping: Mapping[str, str], clauses: Mapping[str, int], zone: tzinfo
    ) -> None:
        self.topic_id, self.mapping, self.clauses, self.zone = topic_id, mapping, clauses, zone
        self.seen = Seen()

    def read(self, row: Row, *, now: datetime) -> Entry:
        """Check ``row``.

        :raises Invalid: with a sentence that says what is wrong with it.
        """
        facts = "\n\n".join(filter(None, (self._text(row, "facts"), self._text(row, "body"))))
        proposal, title = self._text(row, "proposal"), tidy_line(self._cell(row, "title"))
        if not (facts or proposal or title):
            raise Invalid(N_("The row has no text."))
        if len(facts) > MAX_TEXT or len(proposal) > MAX_TEXT:
            raise Invalid(N_("The text is longer than %(most)s characters."), most=MAX_TEXT)
        if len(title) > MAX_TITLE:
            raise Invalid(N_("The title is longer than %(most)s characters."), most=MAX_TITLE)
        title = title or clip(tidy_line(facts or proposal), BORROWED_TITLE)
        facts = facts or title
        words = digest(f"{title}\n{facts}\n{proposal}")
        clause_id, at = self._clause(row), self._moment(row, now)
        number = self._number(row)  # last: what is refused for another reason was not there
        return Entry(
            line=row.line,
            external_id=number,
            author=self._author(row, number, words),
            words=words,
            title=title,
            facts=facts,
            proposal=proposal,
            place=clip(tidy_line(self._cell(row, "place")), MAX_TITLE),
            kind=KINDS.get(self._cell(row, "kind").strip(), SuggestionKind.ADVICE),
            clause_id=clause_id,
            at=at,
        )

    def close(self) -> None:
        """Forget what was seen."""
        self.seen.close()

    def _cell(self, row: Row, field: str) -> str:
        column = self.mapping.get(field)
        return row.values.get(column, "") if column else ""

    def _text(self, row: Row, field: str) -> str:
        return tidy(self._cell(row, field))

    def _number(self, row: Row) -> str:
        number = tidy_line(self._cell(row, "id"))
        if len(number) > MAX_NUMBER:
            raise Invalid(N_("The number is longer than %(most)s characters."), most=MAX_NUMBER)
        if number and not self.seen.is_new(number):
            raise Invalid(N_("The number %(number)s stands in the file twice."), number=number)
        return number

    def _author(self, row: Row, number: str, words: str) -> str:
        """Who says it; in a file without senders and numbers, the same words are another's again."""
        if sender := tidy_line(self._cell(row, "user")):
            return self._mark("user", sender)
        if number:
            return self._mark("id", number)
        return f"{self.topic_id}:text:{words}:{self.seen.count(words)}"

    def _mark(self, kind: str, text: str) -> str:
        mark = f"{self.topic_id}:{kind}:{text}"
        if len(mark) <= MAX_NUMBER:
            return mark
        # cut off, two long senders that begin alike would be one person
        return f"{self.topic_id}:{kind}:{hashlib.sha256(text.encode()).hexdigest()}"

    def _clause(self, row: Row) -> int | None:
        name = tidy_line(self._cell(row, "clause"))
        if not name:
            return None
        if name not in self.clauses:
            raise Invalid(N_("There is no clause “%(name)s” in the draft."), name=clip(name, 30))
        return self.clauses[name]

    def _moment(self, row: Row, now: datetime) -> datetime | None:
        text = self._cell(row, "time").strip()
        if not text:
            return None
        moment = parse_moment(text, self.zone)
        if moment is None:
            raise Invalid(N_("“%(text)s” is not a date that can be read."), text=clip(text, 30))
        if moment > now:
            raise Invalid(N_("The time %(text)s lies in the future."), text=clip(text, 30))
        return moment


def parse_moment(text: str, zone: tzinfo) -> datetime | None:
    """Read the usual ways of writing a moment; None if it is none. Days begin at 00:00 of ``zone``."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found = MOMENT.fullmatch(text)
        if found is None:
            return None
        parts = {name: int(value) for name, value in found.groupdict(default="0").items()}
        try:
            moment = datetime(**parts)  # type: ignore[arg-type]  # noqa: DTZ001 - zoned below
        except ValueError:
            return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:  # the first or the last day that a calendar has
        return None
