"""The guide to the API: chapters whose every command and answer is tried, beside the generated reference."""
