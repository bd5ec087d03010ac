"""What HR, heads and auditors see: definitions, tables, exports."""
