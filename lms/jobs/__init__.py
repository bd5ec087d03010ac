"""Background work: enqueued in the caller's transaction, done at least once.

Owns the job table, the embedded runner and the PostgreSQL engine. Must not know what tasks do.
"""
