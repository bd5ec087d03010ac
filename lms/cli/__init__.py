"""The command line: ``flask --app wsgi lms …``, the same services as the pages."""
