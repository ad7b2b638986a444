"""Addresses of the desk and of acting for another person."""

from django.urls import path

from learningcity.people.views import acting, desk, newcomers

urlpatterns = [
    path("desk", desk.desk, name="desk"),
    path("desk/people", desk.desk_people, name="desk_people"),
    path("desk/people/new", newcomers.desk_newcomer, name="desk_newcomer"),
    path("desk/people/<uuid:public_id>", desk.desk_person, name="desk_person"),
    path("desk/people/<uuid:public_id>/act", acting.acting_start, name="acting_start"),
    path(
        "mine/family/<uuid:guardianship_id>/act", acting.acting_start_for_child, name="acting_start_for_child"
    ),
    path("acting/stop", acting.acting_stop, name="acting_stop"),
]
