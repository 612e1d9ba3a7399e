"""``antam bench``: how fast the house is on this machine, beside a bare Rasa bot, through the real doors.

``run.py`` puts a run together. It touches no other deployment, and leaves nothing but the report behind.
"""
