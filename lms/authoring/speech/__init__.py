"""Scripts turned into speech: engines, reading dictionaries, timing and audio files.

Owns everything that makes a sound. Engines are imported when the first sentence is spoken, so
that a web process never loads them. Must not know modules, tenants or where files are kept.
"""
