"""The Rasa project: what did the worker mean?

It must never see a tip, a receipt, a platform id, a site key or the database, and imports nothing of ours but
``backend.text``. It runs in an environment of its own (Python 3.10).
"""
