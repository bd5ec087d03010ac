"""The trainers' workshop: a deck, a text or an editor turned into a module somebody can take.

Owns the import of decks (pictures, text, links, notes, report of what was lost), drafts and
what is generated from them. Must not know learners, assignments or results.
"""
