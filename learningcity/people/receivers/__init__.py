"""What people itself does when something happens to a person."""

from learningcity.people.receivers import activity, erasing, exporting, merging, roles, sign_in

__all__ = ["activity", "erasing", "exporting", "merging", "roles", "sign_in"]
