"""Our Markdown: CommonMark with tables, strikethrough, task lists, autolinks and mentions, at home in Chinese."""
