"""Grouping of files with millions of texts: in streams, in several processes, resumable."""

from consult.clustering.bulk.engine import BulkClusterer, cluster_file
from consult.clustering.bulk.found import BulkGrouping
from consult.clustering.bulk.measures import Summary

__all__ = ["LARGE", "BulkClusterer", "BulkGrouping", "Summary", "cluster_file"]

#: Files of so many bytes are better grouped here than in memory.
LARGE = 30_000_000
