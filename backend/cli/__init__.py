"""The ``antam`` command: the door to everything an operator or a script does.

A module is one command (a function of the module's name) or a group of them (``app``, a ``typer.Typer``);
``main.py`` lists them.
"""
