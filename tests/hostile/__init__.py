"""Files that attack whoever opens them, built in code."""
