"""The bulk engine as a run of a large topic uses it: no session, no clock."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from consult.clustering import Encoder
from consult.clustering.bulk import BulkClusterer, BulkGrouping
from consult.clustering.bulk.folder import Folder, WorkFolderTaken
from consult.services.grouping.large_planning import rows_of
from consult.services.grouping.run_bonds import Bonds
from consult.services.grouping.run_inputs import Inputs
from consult.services.grouping.run_planning import Progress
from consult.services.grouping.run_standing import MEMBERS, Array, Standing, TopicTexts


@dataclass(frozen=True)
class LargeEngine:
    """Groups the texts of ``source``; what it finds stays in the working folder of that.

    ``processes`` is 0 for as many as there are cores; with a ``scheduler``, its workers do the work.
    """

    encoder: Encoder
    source: TopicTexts
    processes: int
    progress: Progress
    scheduler: str = ""
    shared_disk: bool = False

    @property
    def work(self) -> Path:
        """The working folder."""
        return self.source.work

    def prepare(self, inputs: Inputs) -> None:
        """Read, compare: all that does not depend on what people said. Goes on where it was."""
        try:
            self._clusterer(inputs).prepare(self.source, self.work, self.progress)
        except WorkFolderTaken:  # what another run left
            shutil.rmtree(self.work)
            self._clusterer(inputs).prepare(self.source, self.work, self.progress)

    def members(self) -> Array:
        """Which suggestion each row is, and a mark of its words."""
        return Folder(self.work).load(MEMBERS)

    def group(self, inputs: Inputs, standing: Standing, tied: Bonds) -> BulkGrouping:
        """Form the groups under what people said."""
        return self._clusterer(inputs).group(
            self.source,
            self.work,
            together=rows_of(standing, tied.same),
            apart=rows_of(standing, tied.different),
            progress=self.progress,
        )

    def _clusterer(self, inputs: Inputs) -> BulkClusterer:
        return BulkClusterer(
            self.encoder,
            threshold=inputs.threshold,
            weights=inputs.weights,
            workers=self.processes or None,
            scheduler=self.scheduler or None,
            shared_disk=self.shared_disk,
        )
