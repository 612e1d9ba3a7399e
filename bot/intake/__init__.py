"""The tip conversation: a closed list of steps, each a pure handler, and one service that does the I/O.

A tip never goes through Rasa, and nothing of it is kept anywhere but in its sealed draft.
"""
