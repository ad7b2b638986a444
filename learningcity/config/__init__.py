"""Settings, root addresses, the assembled API and the command line: the only room that knows every room."""
