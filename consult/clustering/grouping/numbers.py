"""What a run and placement between two runs go by alike; light to import, unlike a run."""

#: How much of the links between two groups counts, see :class:`Linkage`.
REACH = 0.4
#: A member is uncertain if its place would change for so little in log-odds.
MARGIN = 0.6
#: Ways to group, see :class:`Clusterer`.
REQUESTS, IDEAS = "requests", "ideas"
MODES = ("auto", REQUESTS, IDEAS)
