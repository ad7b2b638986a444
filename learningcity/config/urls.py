"""Root addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("learningcity.core.urls")),
    path("", include("learningcity.people.urls")),
    path("", include("learningcity.people.urls.sign_in")),
    path("", include("learningcity.city.urls")),
    path("", include("learningcity.catalogue.urls")),
    path("", include("learningcity.enrolment.urls")),
    path("api/v1/", include("learningcity.config.api")),
]

handler429 = "learningcity.people.views.sign_in.too_many"
