"""The search index (tantivy): its fields, its files, and how offers become its documents."""
