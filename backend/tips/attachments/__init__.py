"""Photos and voice notes as evidence: recognised by content, made anew without what tells of their maker.

``cleaning.cleaned`` is the door. The decoders run in a process of their own (``cleaner``), which this package
starts, limits and throws away; nothing is written to disk and nothing of a file reaches a log.
"""
