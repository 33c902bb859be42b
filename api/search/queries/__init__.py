"""The statements of a search: what it is narrowed to, its candidates, and the page of hits made of them."""
