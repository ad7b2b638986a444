"""Addresses of invitations to an organisation."""

from django.urls import path

from learningcity.people.views import invitations

urlpatterns = [
    path("organisations/<uuid:public_id>/invite", invitations.invite, name="role_invite"),
    path(
        "organisations/<uuid:public_id>/invitations/<uuid:invitation_id>/withdraw",
        invitations.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("invitations/<str:token>/join", invitations.invitation_join, name="invitation_join"),
]
