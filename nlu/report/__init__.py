"""``make nlu-report``: how well, how fast and how small, measured and written down.

Nothing here prints or stores a phrase; whoever reads a report may train next.
"""
