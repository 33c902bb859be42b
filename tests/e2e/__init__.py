"""The client in a real browser, before the shipped servers."""
