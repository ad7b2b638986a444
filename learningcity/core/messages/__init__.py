"""The one service for messages that leave the city: posted once, delivered once, emptied in time.

`post` writes a message into the outbox inside the caller's transaction; the schedule delivers it after the
commit. `take_back` is for erasure.
"""

from learningcity.core.messages.posting import post

__all__ = ["post"]
