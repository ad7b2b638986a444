"""Addresses of entries that are one person."""

from django.urls import path

from learningcity.people.views import duplicates, second_accounts

urlpatterns = [
    path("desk/duplicates", duplicates.duplicates, name="duplicates"),
    path("desk/duplicates/<uuid:kept_id>/<uuid:dropped_id>", duplicates.duplicate, name="duplicate"),
    path(
        "desk/duplicates/<uuid:kept_id>/<uuid:dropped_id>/two-people",
        duplicates.two_people,
        name="two_people",
    ),
    path("desk/duplicates/merged/<uuid:merge_id>", duplicates.merge_detail, name="merge_detail"),
    path("desk/duplicates/merged/<uuid:merge_id>/undo", duplicates.merge_undo, name="merge_undo"),
    path("mine/second-account", second_accounts.second_account, name="second_account"),
    path(
        "mine/second-account/<uuid:said_id>", second_accounts.second_account_code, name="second_account_code"
    ),
    path(
        "mine/second-account/<uuid:said_id>/merge",
        second_accounts.second_account_merge,
        name="second_account_merge",
    ),
    path(
        "mine/second-account/undo/<uuid:merge_id>",
        second_accounts.second_account_undo,
        name="second_account_undo",
    ),
]
