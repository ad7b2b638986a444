"""What enrolment does when a lower room has news."""
