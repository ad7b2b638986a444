"""Addresses of forms on paper."""

from django.urls import path

from learningcity.people.views import paper

urlpatterns = [
    path("paper", paper.print_paper, name="paper_print"),
    path("paper/<str:code>", paper.paper, name="paper_form"),
    path("desk/paper", paper.desk_paper, name="desk_paper"),
]
