"""The steps of the tip conversation, a few to a file. Every one is pure."""
