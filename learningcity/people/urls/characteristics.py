"""Addresses of what people say of themselves."""

from django.urls import path

from learningcity.people.views import characteristics

urlpatterns = [
    path("mine/about-me", characteristics.about_me, name="about_me"),
    path("mine/about-me/<slug:kind>", characteristics.about_me_say, name="about_me_say"),
    path("mine/about-me/<slug:kind>/remove", characteristics.about_me_remove, name="about_me_remove"),
    path(
        "desk/people/<uuid:public_id>/confirm/<slug:kind>", characteristics.desk_confirm, name="desk_confirm"
    ),
]
