"""What enrolment does when a lower room has news."""

from learningcity.enrolment.receivers import erasing, exporting, merging, offers, sessions

__all__ = ["erasing", "exporting", "merging", "offers", "sessions"]
