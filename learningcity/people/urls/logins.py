"""Addresses of signing in and out, of the second step, and of invitations."""

from django.urls import path

from learningcity.people.views import asking, logins, second_factors, sign_in

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("second-factor", second_factors.second_factor, name="second_factor"),
    path("account", sign_in.overview, name="account"),
    path("account/ask/mail", asking.ask_by_mail, name="ask_by_mail"),
    path("account/link/<str:key>", sign_in.mail_link, name="mail_link"),
    path("invitations/<str:token>", logins.invitation, name="invitation"),
]
