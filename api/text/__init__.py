"""Pure functions on strings: Markdown to safe HTML, names, slugs, tags, search lexemes, snippets.

Nothing here knows Flask, SQL or the forum's tables. Heavy libraries (Pygments, rjieba) load on first use.
"""
