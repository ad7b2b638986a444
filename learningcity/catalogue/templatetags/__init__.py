"""Tags and filters of the catalogue."""
