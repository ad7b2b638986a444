"""What django-allauth and django-axes ask the city when somebody signs in."""
