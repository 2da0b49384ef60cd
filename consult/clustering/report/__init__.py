"""A grouping as one HTML file that opens anywhere: no server, no network, no script."""

from consult.clustering.report.material import Material
from consult.clustering.report.page import render

__all__ = ["Material", "render"]
