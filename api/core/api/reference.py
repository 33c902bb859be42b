"""Serves the document and pages about the API, every asset from this server."""
