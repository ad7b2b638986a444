"""Reading a city bundle: files in, checked drafts out. Nothing here touches the database.

The bundle is described in docs/guides/city-bundle.md.
"""
