"""Photos and voice notes of drafts, tips and messages: taken in clean, kept sealed, opened for whoever may.

``attachments`` makes a file anew; this package keeps what came of it. In clear stands where a file belongs,
never what it is: its kind, its size and its thumbnail are sealed like its content.
"""
