"""Addresses of people."""

from django.urls import path

from learningcity.people import views

app_name = "people"

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("invitations/<str:token>", views.invitation, name="invitation"),
    path("desk", views.desk, name="desk"),
]
