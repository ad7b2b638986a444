"""What enrolment does when a lower room has news."""

from learningcity.enrolment.receivers import sessions

__all__ = ["sessions"]
