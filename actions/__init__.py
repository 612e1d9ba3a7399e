"""Rasa's custom actions: they fetch what the knowledge says and put buttons under it.

No domain logic and no texts of their own: topics come from the backend's internal API, the words around them
from ``data/phrases/actions.yml``. When the backend does not answer, an action says nothing, and the bot falls
back.
"""
