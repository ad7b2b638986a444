"""Addresses of signing in and out, and of invitations."""

from django.urls import path

from learningcity.people.views import logins

urlpatterns = [
    path("sign-in", logins.sign_in, name="sign_in"),
    path("sign-out", logins.sign_out, name="sign_out"),
    path("invitations/<str:token>", logins.invitation, name="invitation"),
]
