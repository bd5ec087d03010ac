"""The one door for the web: slices, forms, responses and errors."""
