"""The guide to the API: what it prints is what happens, in both languages."""
