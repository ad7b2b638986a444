"""What people itself does when something happens to a person."""

from learningcity.people.receivers import merging

__all__ = ["merging"]
