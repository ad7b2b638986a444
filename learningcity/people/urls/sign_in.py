"""Addresses under the names that django-allauth looks up. What is not here cannot be reached."""

from django.urls import path, re_path

from learningcity.people.views import outside_identities, second_factors, sign_in

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="account_login"),
    path("sign-out", sign_in.sign_out, name="account_logout"),
    path("account/new", sign_in.sign_up, name="account_signup"),
    path("account/closed", sign_in.closed, name="account_inactive"),
    path("account/code", sign_in.ask_for_code, name="account_request_login_code"),
    path("account/code/enter", sign_in.enter_code, name="account_confirm_login_code"),
    path("account/ask/password", sign_in.ask_password, name="account_reauthenticate"),
    path("account/email", sign_in.change_email, name="account_email"),
    path("account/email/sent", sign_in.email_sent, name="account_email_verification_sent"),
    re_path(r"^account/email/(?P<key>[-:\w]+)$", sign_in.confirm_email, name="account_confirm_email"),
    path("account/password", sign_in.change_password, name="account_change_password"),
    path("account/password/first", sign_in.first_password, name="account_set_password"),
    path("account/password/forgotten", sign_in.forgotten_password, name="account_reset_password"),
    path(
        "account/password/forgotten/sent", sign_in.forgotten_password_sent, name="account_reset_password_done"
    ),
    re_path(
        r"^account/password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)$",
        sign_in.replace_password,
        name="account_reset_password_from_key",
    ),
    path("account/password/replaced", sign_in.password_replaced, name="account_reset_password_from_key_done"),
    path("account/sessions", sign_in.session_list, name="usersessions_list"),
    path("account", sign_in.overview, name="mfa_index"),
    path("account/second-step", second_factors.enter, name="mfa_authenticate"),
    path("account/ask/code", second_factors.ask_code, name="mfa_reauthenticate"),
    path("account/ask/passkey", second_factors.ask_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/app", second_factors.set_up_app, name="mfa_activate_totp"),
    path("account/app/remove", second_factors.remove_app, name="mfa_deactivate_totp"),
    path("account/recovery-codes", second_factors.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new", second_factors.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "account/recovery-codes/download",
        second_factors.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("account/passkeys", second_factors.passkey_list, name="mfa_list_webauthn"),
    path("account/passkeys/add", second_factors.passkey_add, name="mfa_add_webauthn"),
    path("account/passkeys/sign-in", second_factors.passkey_sign_in, name="mfa_login_webauthn"),
    path("account/passkeys/<int:pk>/remove", second_factors.passkey_remove, name="mfa_remove_webauthn"),
    path("account/passkeys/<int:pk>/name", second_factors.passkey_rename, name="mfa_edit_webauthn"),
    path("account/outside", outside_identities.identity_list, name="socialaccount_connections"),
    path("account/outside/new", outside_identities.finish, name="socialaccount_signup"),
    path("account/outside/cancelled", outside_identities.cancelled, name="socialaccount_login_cancelled"),
    path("account/outside/failed", outside_identities.failed, name="socialaccount_login_error"),
    path("account/outside/<slug:provider_id>/start", outside_identities.start, name="openid_connect_login"),
    path(
        "account/outside/<slug:provider_id>/back",
        outside_identities.come_back,
        name="openid_connect_callback",
    ),
]
