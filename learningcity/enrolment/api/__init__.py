"""Places and attendance for the machines of an organisation, one router per noun."""
