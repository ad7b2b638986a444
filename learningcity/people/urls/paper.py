"""Addresses of forms on paper."""

from django.urls import path

from learningcity.people.views import consents_all, paper

urlpatterns = [
    path("paper", paper.print_paper, name="paper_print"),
    path("paper/<str:code>", paper.paper, name="paper_form"),
    path("mine/consents/all", consents_all.consents_all, name="consents_all"),
    path("desk/paper", paper.desk_paper, name="desk_paper"),
]
