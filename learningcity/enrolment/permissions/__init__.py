"""Who may do what with places, waiting lists and attendance."""
