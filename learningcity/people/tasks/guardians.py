"""Periodic work about guardians: who came of age, whose guardianship is over, who was not answered."""

from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.people.actions.guardian_invitations import forget_invitations
from learningcity.people.actions.majority import close_guardianships_over, hand_over
from learningcity.people.queries.guardians import persons_who_came_of_age


@every(minutes=60, name="people.hand_over_at_majority")
def hand_over_at_majority(at: datetime) -> None:
    """Hand over to those who came of age, each in a transaction of their own."""
    by = operator(Channel.TASK)
    for person_id in persons_who_came_of_age(at=at):
        hand_over(person_id, by=by, at=at)
    close_guardianships_over(by=by, at=at)
    forget_invitations(by=by, at=at)
