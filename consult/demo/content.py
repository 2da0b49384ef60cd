"""Reads the demo's files; their format is written down in data/README.md."""

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

Record = dict[str, Any]


@dataclass(frozen=True)
class Calendar:
    """Turns the files' day offsets into moments, counted from the day of loading."""

    now: datetime
    zone: tzinfo

    def at(self, day: int, hours: str = "12:00") -> datetime:
        """A moment on that day; never later than now for days that are not to come."""
        date = (self.now.astimezone(self.zone) + timedelta(days=day)).date()
        moment = datetime.combine(date, time.fromisoformat(hours), self.zone)
        return min(moment, self.now) if day <= 0 else moment


@dataclass(frozen=True)
class Story:
    """One consultation as its folder tells it."""

    folder: Path

    @cached_property
    def topic(self) -> Record:
        found: Record = self._json("topic.json")
        return found

    @cached_property
    def suggestions(self) -> list[Record]:
        found: list[Record] = self._json("suggestions.json")
        return found

    @cached_property
    def groups(self) -> dict[str, Record]:
        """The groups that staff would agree on, by label."""
        return {group["label"]: group for group in self._json("groups.json")}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Key of a suggestion → the group it belongs to; one that stands alone is its own."""
        return {record["key"]: record["group"] or record["key"] for record in self.suggestions}

    @cached_property
    def staff(self) -> Record:
        """What analysts did so far; nothing where there is no file."""
        found: Record = self._json("staff.json", {"acts": [], "proposals": [], "progress": []})
        return found

    @cached_property
    def decisions(self) -> Record:
        """The fate of every group and single suggestion; nothing where there is no file."""
        found: Record = self._json(
            "decisions.json", {"groups": [], "singles": [], "exceptions": []}
        )
        return found

    def text(self, name: str) -> str:
        """A text file of the folder; empty if there is none."""
        path = self.folder / name
        return path.read_text("utf-8") if path.exists() else ""

    def _json(self, name: str, default: Any = None) -> Any:
        path = self.folder / name
        return json.loads(path.read_text("utf-8")) if path.exists() else default


def people() -> Record:
    """Staff and citizens."""
    found: Record = json.loads((DATA / "people.json").read_text("utf-8"))
    return found


def agencies() -> Record:
    """Regions and the tree of agencies."""
    found: Record = json.loads((DATA / "agencies.json").read_text("utf-8"))
    return found


def stories() -> list[Story]:
    """All consultations, the one that began first at the front."""
    found = [Story(folder) for folder in (DATA / "topics").iterdir() if folder.is_dir()]
    return sorted(found, key=lambda story: (story.topic["opens"], story.topic["slug"]))
