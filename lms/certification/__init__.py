"""Proof of completion: certificates, their documents and public verification."""
