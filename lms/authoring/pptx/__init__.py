"""The only package that imports python-pptx: reads decks, draws decks, writes modules as decks.

Reading happens in a child process (``lms.authoring.worker``), because files come from anybody.
"""
