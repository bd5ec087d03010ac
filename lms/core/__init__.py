"""The platform under every slice: settings, database, tenancy, access, audit, web plumbing.

Owns nothing of the business and must not know any slice.
"""
