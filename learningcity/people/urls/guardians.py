"""Addresses of guardians, children and published ages."""

from django.urls import path

from learningcity.people.views import ages, desk_guardians, guardians

CHILD = "mine/family/<uuid:guardianship_id>"
DESK = "desk/people/<uuid:public_id>/guardians"

urlpatterns = [
    path("ages", ages.ages, name="ages"),
    path("ages/change", ages.change_ages, name="change_ages"),
    path("mine/family", guardians.family, name="family"),
    path("mine/family/add", guardians.add_child, name="add_child"),
    path("mine/family/join", guardians.join_family, name="join_family"),
    path(CHILD, guardians.family_child, name="family_child"),
    path(f"{CHILD}/decide", guardians.decide_for_child, name="decide_for_child"),
    path(f"{CHILD}/invite", guardians.invite_second_guardian, name="invite_guardian"),
    path(
        f"{CHILD}/invitations/<uuid:invitation_id>/take-back",
        guardians.take_back_guardian_invitation,
        name="take_back_guardian_invitation",
    ),
    path(f"{CHILD}/leave", guardians.leave_child, name="leave_child"),
    path(DESK, desk_guardians.desk_guardians, name="desk_guardians"),
    path(f"{DESK}/<uuid:guardianship_id>/end", desk_guardians.desk_guardian_end, name="desk_guardian_end"),
    path(
        f"{DESK}/<uuid:guardianship_id>/limit",
        desk_guardians.desk_guardian_limit,
        name="desk_guardian_limit",
    ),
    path(f"{DESK}/limits/<uuid:limit_id>/lift", desk_guardians.desk_guardian_lift, name="desk_guardian_lift"),
]
