"""The document's examples: answers that the running application gave in a small scenario, kept in api/examples.json."""
