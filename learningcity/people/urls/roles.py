"""Addresses of roles: one's own, those in an organisation, everyone's."""

from django.urls import path, re_path

from learningcity.people.views import everyone, roles

urlpatterns = [
    path("mine/roles", roles.mine_roles, name="mine_roles"),
    path("mine/roles/act", roles.take_hat, name="take_hat"),
    path("mine/roles/<uuid:public_id>/leave", roles.role_leave, name="role_leave"),
    path("roles", everyone.role_list, name="role_list"),
    re_path(r"^roles\.(?P<form>csv|xlsx)$", everyone.role_download, name="role_download"),
    path("organisations/<uuid:public_id>/members", roles.organisation_members, name="organisation_members"),
    path("organisations/<uuid:public_id>/members/<uuid:person_id>/role", roles.role_give, name="role_give"),
    path("organisations/<uuid:public_id>/roles/<uuid:role_id>", roles.role_change, name="role_change"),
    path("organisations/<uuid:public_id>/roles/<uuid:role_id>/end", roles.role_end, name="role_end"),
]
