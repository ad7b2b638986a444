"""Who may come in on which page, written down once.

`again=True`: a page that asks once more who it is; whoever may come in is led there first.
`leads_to_sign_in=True`: a step of signing in, to which nobody comes out of order.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.conventions.everybody import KINDS

EVERYONE = frozenset(KINDS)
SIGNED_IN = EVERYONE - {"visitor"}
NOT_ACTING = SIGNED_IN - {"guardian", "helper"}
ADULTS = SIGNED_IN - {"minor"}
THEMSELVES = NOT_ACTING - {"minor"}
NOT_HELPERS = ADULTS - {"helper"}
MEMBERS = frozenset({"teacher", "provider", "desk", "officer", "administrator"})
ANY_DESK = frozenset({"helper", "provider", "desk", "administrator"})
WITH_A_ROLE_HERE = ANY_DESK | {"officer"}
CITY = frozenset({"desk", "officer", "administrator"})
DESK = CITY - {"officer"}
OFFICERS = CITY - {"desk"}
ADMINISTRATOR = frozenset({"administrator"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Thing:
    """One of the things of the city with everybody, by its name there."""

    name: str

    def identity(self, things: dict[str, Any]) -> Any:
        """Return the public id of the thing."""
        first, _, rest = self.name.partition(".")
        found = things[first]
        return (getattr(found, rest) if rest else found).public_id


@dataclass(frozen=True)
class Page:
    """Who may ask for a page (`get`) and send to it (`post`); None where there is no such way."""

    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    again: bool = False
    leads_to_sign_in: bool = False
    of: dict[str, Any] = field(default_factory=dict)

    def expected(self, kind: str, method: str) -> set[str]:
        """Return the outcomes that are right for somebody."""
        if self.leads_to_sign_in:
            return {"sign in"}
        allowed = self.get if method == "get" else self.post
        if allowed is None:
            return {"no such way", "sign in", "out"} | ({"again"} if self.again else set())
        if kind in allowed:
            return {"again"} if self.again else {"in"}
        return {"sign in", "out"} if kind == "visitor" else {"out"}

    def arguments(self, things: dict[str, Any]) -> dict[str, Any]:
        """Return what the address is made of."""
        return {
            name: value.identity(things) if isinstance(value, Thing) else value
            for name, value in self.of.items()
        }


PAGES = {
    "core:live": Page(get=EVERYONE),
    "core:ready": Page(get=EVERYONE),
    "core:display": Page(get=EVERYONE, post=EVERYONE),
    "core:accessibility": Page(get=EVERYONE),
    "core:retention": Page(get=EVERYONE),
    "people:sign_in": Page(get=EVERYONE, post=EVERYONE),
    "people:sign_out": Page(get=EVERYONE, post=EVERYONE),
    "people:second_factor": Page(get=SIGNED_IN),
    "people:account": Page(get=SIGNED_IN),
    "people:ask_by_mail": Page(get=SIGNED_IN, post=SIGNED_IN),
    "people:mail_link": Page(get=EVERYONE, post=EVERYONE, of={"key": "wrong"}),
    "people:invitation": Page(get=EVERYONE, post=EVERYONE, of={"token": "wrong"}),
    "people:organisation_list": Page(get=CITY),
    "people:organisation_new": Page(get=CITY, post=CITY),
    "people:own_organisation": Page(get=MEMBERS),
    "people:organisation": Page(get=CITY, of={"public_id": Thing("other")}),
    "people:organisation_change": Page(get=CITY, post=CITY, of={"public_id": Thing("other")}),
    "people:mine_roles": Page(get=SIGNED_IN),
    "people:take_hat": Page(post=NOT_ACTING),
    "people:role_leave": Page(get=NOBODY, post=NOBODY, of={"public_id": Thing("member")}),
    "people:role_list": Page(get=ADMINISTRATOR),
    "people:role_download": Page(get=ADMINISTRATOR, of={"form": "csv"}),
    "people:organisation_members": Page(get=ADMINISTRATOR, of={"public_id": Thing("other")}),
    "people:role_give": Page(
        get=ADMINISTRATOR,
        post=ADMINISTRATOR,
        of={"public_id": Thing("other"), "person_id": Thing("member.person")},
    ),
    "people:role_change": Page(
        get=ADMINISTRATOR, post=ADMINISTRATOR, of={"public_id": Thing("other"), "role_id": Thing("member")}
    ),
    "people:role_end": Page(post=ADMINISTRATOR, of={"public_id": Thing("other"), "role_id": Thing("member")}),
    "people:role_invite": Page(get=ADMINISTRATOR, post=ADMINISTRATOR, of={"public_id": Thing("other")}),
    "people:invitation_withdraw": Page(
        post=ADMINISTRATOR, of={"public_id": Thing("other"), "invitation_id": Thing("invitation")}
    ),
    "people:invitation_join": Page(get=EVERYONE, post=EVERYONE, of={"token": "wrong"}),
    "people:organisation_keys": Page(
        again=True, get=ADMINISTRATOR, post=ADMINISTRATOR, of={"public_id": Thing("other")}
    ),
    "people:key_rotate": Page(
        again=True, post=ADMINISTRATOR, of={"public_id": Thing("other"), "key_id": Thing("key")}
    ),
    "people:key_revoke": Page(
        again=True, post=ADMINISTRATOR, of={"public_id": Thing("other"), "key_id": Thing("key")}
    ),
    "people:ages": Page(get=EVERYONE),
    "people:change_ages": Page(get=OFFICERS, post=OFFICERS),
    "people:family": Page(get=SIGNED_IN),
    "people:add_child": Page(get=THEMSELVES, post=THEMSELVES),
    "people:join_family": Page(get=THEMSELVES, post=THEMSELVES),
    "people:family_child": Page(get=NOBODY, of={"guardianship_id": Thing("standing")}),
    "people:decide_for_child": Page(post=NOBODY, of={"guardianship_id": Thing("standing")}),
    "people:invite_guardian": Page(get=NOBODY, post=NOBODY, of={"guardianship_id": Thing("standing")}),
    "people:take_back_guardian_invitation": Page(
        post=NOBODY, of={"guardianship_id": Thing("standing"), "invitation_id": Thing("invited")}
    ),
    "people:leave_child": Page(get=NOBODY, post=NOBODY, of={"guardianship_id": Thing("standing")}),
    "people:desk_guardians": Page(get=DESK, post=DESK, of={"public_id": Thing("kid")}),
    "people:desk_guardian_end": Page(
        get=DESK, post=DESK, of={"public_id": Thing("kid"), "guardianship_id": Thing("standing")}
    ),
    "people:desk_guardian_limit": Page(
        get=DESK, post=DESK, of={"public_id": Thing("kid"), "guardianship_id": Thing("standing")}
    ),
    "people:desk_guardian_lift": Page(
        get=DESK, post=DESK, of={"public_id": Thing("kid"), "limit_id": Thing("limit")}
    ),
    "people:mandate_ask": Page(get=ANY_DESK, post=NOBODY, of={"public_id": Thing("stranger")}),
    "people:mandate_code": Page(get=NOBODY, post=NOBODY, of={"public_id": Thing("asked")}),
    "people:mandate_end": Page(get=ANY_DESK, post=NOBODY, of={"public_id": Thing("asked")}),
    "people:mandate_scan": Page(get=DESK, of={"public_id": Thing("asked")}),
    "people:helpers": Page(get=NOT_HELPERS, post=NOT_HELPERS),
    "people:helpers_accept": Page(post=NOBODY, of={"public_id": Thing("asked")}),
    "people:helpers_end": Page(post=NOBODY, of={"public_id": Thing("asked")}),
    "people:contact": Page(get=ADULTS, post=ADULTS),
    "people:contact_code": Page(post=ADULTS),
    "people:contact_confirm": Page(post=ADULTS),
    "people:desk": Page(get=WITH_A_ROLE_HERE),
    "people:desk_people": Page(get=ANY_DESK, post=ANY_DESK),
    "people:desk_newcomer": Page(get=ANY_DESK, post=ANY_DESK),
    "people:desk_person": Page(get=DESK, post=DESK, of={"public_id": Thing("stranger")}),
    "people:acting_start": Page(post=DESK, of={"public_id": Thing("stranger")}),
    "people:acting_start_for_child": Page(post=NOBODY, of={"guardianship_id": Thing("standing")}),
    "people:acting_stop": Page(post=SIGNED_IN),
    "people:mine": Page(get=SIGNED_IN),
    "people:data": Page(get=ADULTS),
    "people:corrections": Page(get=ADULTS, post=ADULTS),
    "people:history": Page(get=ADULTS),
    "people:messages": Page(get=ADULTS),
    "people:consents": Page(get=ADULTS, post=ADULTS),
    "people:download": Page(get=ADULTS, post=ADULTS, again=True),
    "people:erase": Page(get=NOT_HELPERS, post=NOT_HELPERS, again=True),
    "people:erased": Page(get=EVERYONE, of={"public_id": "00000000-0000-0000-0000-000000000005"}),
    "people:correction_list": Page(get=OFFICERS),
    "people:correction": Page(get=OFFICERS, post=OFFICERS, of={"public_id": Thing("correction")}),
    "people:about_me": Page(get=SIGNED_IN),
    "people:about_me_say": Page(get=ADULTS, post=ADULTS, of={"kind": "gender"}),
    "people:about_me_remove": Page(post=SIGNED_IN, of={"kind": "gender"}),
    "people:desk_confirm": Page(get=DESK, post=DESK, of={"public_id": Thing("stranger"), "kind": "gender"}),
    "people:duplicates": Page(get=DESK),
    "people:duplicate": Page(
        get=DESK, post=DESK, of={"kept_id": Thing("stranger"), "dropped_id": Thing("same")}
    ),
    "people:two_people": Page(post=DESK, of={"kept_id": Thing("stranger"), "dropped_id": Thing("same")}),
    "people:merge_detail": Page(get=DESK, of={"merge_id": Thing("merge")}),
    "people:merge_undo": Page(post=DESK, of={"merge_id": Thing("merge")}),
    "people:second_account": Page(get=THEMSELVES, post=THEMSELVES),
    "people:second_account_code": Page(get=NOBODY, post=NOBODY, of={"said_id": Thing("said")}),
    "people:second_account_merge": Page(get=NOBODY, post=NOBODY, of={"said_id": Thing("said")}),
    "people:second_account_undo": Page(post=NOBODY, of={"merge_id": Thing("merge")}),
    "people:drafts": Page(get=SIGNED_IN),
    "people:draft_drop": Page(post=NOBODY, of={"draft_id": Thing("draft")}),
    "people:paper_print": Page(post=NOBODY),
    "people:paper_form": Page(get=SIGNED_IN, of={"code": "wrong"}),
    "people:consents_all": Page(get=ADULTS, post=ADULTS),
    "people:desk_paper": Page(get=ANY_DESK, post=ANY_DESK),
    "people:letters": Page(get=DESK),
    "people:letter_open": Page(post=DESK, of={"public_id": Thing("letter")}),
    "people:letter_posted": Page(post=DESK, of={"public_id": Thing("letter")}),
    "account_login": Page(get=EVERYONE, post=EVERYONE),
    "account_logout": Page(get=EVERYONE, post=EVERYONE),
    "account_signup": Page(get=EVERYONE, post=EVERYONE),
    "account_inactive": Page(get=EVERYONE),
    "account_request_login_code": Page(get=EVERYONE, post=EVERYONE),
    "account_confirm_login_code": Page(get=EVERYONE, post=EVERYONE),
    "account_reauthenticate": Page(get=SIGNED_IN, post=SIGNED_IN),
    "account_email": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "account_email_verification_sent": Page(get=EVERYONE),
    "account_confirm_email": Page(get=EVERYONE, post=EVERYONE, of={"key": "wrong"}),
    "account_change_password": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "account_set_password": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "account_reset_password": Page(get=EVERYONE, post=EVERYONE),
    "account_reset_password_done": Page(get=EVERYONE),
    "account_reset_password_from_key": Page(get=EVERYONE, post=EVERYONE, of={"uidb36": "1", "key": "wrong"}),
    "account_reset_password_from_key_done": Page(get=EVERYONE),
    "usersessions_list": Page(get=SIGNED_IN, post=SIGNED_IN),
    "mfa_index": Page(get=SIGNED_IN),
    "mfa_authenticate": Page(get=SIGNED_IN, post=SIGNED_IN),
    "mfa_reauthenticate": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_reauthenticate_webauthn": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_activate_totp": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_deactivate_totp": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_view_recovery_codes": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_generate_recovery_codes": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_download_recovery_codes": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_list_webauthn": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_add_webauthn": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "mfa_login_webauthn": Page(get=SIGNED_IN, post=SIGNED_IN),
    "mfa_remove_webauthn": Page(get=SIGNED_IN, post=SIGNED_IN, again=True, of={"pk": 1}),
    "mfa_edit_webauthn": Page(get=SIGNED_IN, post=SIGNED_IN, again=True, of={"pk": 1}),
    "socialaccount_connections": Page(get=SIGNED_IN, post=SIGNED_IN, again=True),
    "socialaccount_signup": Page(leads_to_sign_in=True),
    "socialaccount_login_cancelled": Page(get=EVERYONE),
    "socialaccount_login_error": Page(get=EVERYONE),
    "city:venue_list": Page(get=EVERYONE),
    "city:venue_detail": Page(get=EVERYONE, of={"public_id": "00000000-0000-0000-0000-000000000005"}),
    "city:area_list": Page(get=EVERYONE),
    "city:area_detail": Page(get=EVERYONE, of={"set_key": "wrong", "code": "wrong"}),
    "city:access": Page(get=EVERYONE),
    "city:about_data": Page(get=EVERYONE),
    "catalogue:home": Page(get=EVERYONE),
    "catalogue:search": Page(get=EVERYONE),
    "catalogue:search_map": Page(get=EVERYONE),
    "catalogue:map_areas": Page(get=EVERYONE),
    "catalogue:map_streets": Page(get=EVERYONE, of={"zoom": 1, "column": 1, "row": 1}),
    "catalogue:offer_detail": Page(get=EVERYONE, of={"public_id": "00000000-0000-0000-0000-000000000005"}),
    "catalogue:offer_calendar": Page(get=EVERYONE, of={"public_id": "00000000-0000-0000-0000-000000000005"}),
    "catalogue:own_offers": Page(get=MEMBERS),
    "catalogue:offer_new": Page(get=CITY | {"provider"}),
    "catalogue:offer_new_for": Page(get=CITY, post=CITY, of={"public_id": Thing("other")}),
    "catalogue:offer_workspace": Page(get=CITY, of={"public_id": Thing("offer")}),
    "catalogue:offer_change": Page(get=CITY, post=CITY, of={"public_id": Thing("offer")}),
    "catalogue:offer_preview": Page(get=CITY, of={"public_id": Thing("offer")}),
    "catalogue:offer_publish": Page(post=CITY, of={"public_id": Thing("offer")}),
    "catalogue:offer_withdraw": Page(get=CITY, post=CITY, of={"public_id": Thing("offer")}),
    "catalogue:offer_skills": Page(get=CITY, post=CITY, of={"public_id": Thing("offer")}),
    "catalogue:offer_skill_remove": Page(post=CITY, of={"public_id": Thing("offer")}),
    "catalogue:offer_copy": Page(get=CITY, post=CITY, of={"public_id": Thing("offer")}),
    "catalogue:series_new": Page(get=CITY, post=CITY, of={"public_id": Thing("offer")}),
    "catalogue:series_workspace": Page(get=CITY, post=CITY, of={"public_id": Thing("series")}),
    "catalogue:series_dates": Page(get=CITY, post=CITY, of={"public_id": Thing("series")}),
    "catalogue:session_workspace": Page(get=CITY, of={"public_id": Thing("session")}),
    "catalogue:session_change": Page(get=CITY, post=CITY, of={"public_id": Thing("session")}),
    "catalogue:session_cancel": Page(get=CITY, post=CITY, of={"public_id": Thing("session")}),
    "catalogue:session_postpone": Page(get=CITY, post=CITY, of={"public_id": Thing("session")}),
    "catalogue:session_full": Page(get=CITY, post=CITY, of={"public_id": Thing("session")}),
    "catalogue:session_free": Page(get=CITY, post=CITY, of={"public_id": Thing("session")}),
    "catalogue:session_drop": Page(get=CITY, post=CITY, of={"public_id": Thing("session")}),
    "catalogue:closing_days": Page(get=CITY, post=CITY),
    "catalogue:closing_day_drop": Page(post=CITY, of={"public_id": "00000000-0000-0000-0000-000000000005"}),
    "catalogue:provider_list": Page(get=EVERYONE),
    "catalogue:feed_list": Page(get=CITY),
    "catalogue:feed_new": Page(get=CITY, post=CITY),
    "catalogue:feed": Page(get=CITY, of={"key": "desk"}),
    "catalogue:feed_change": Page(get=CITY, post=CITY, of={"key": "desk"}),
    "catalogue:feed_run": Page(post=CITY, of={"key": "desk"}),
    "catalogue:feed_pause": Page(post=CITY, of={"key": "desk"}),
    "catalogue:feed_pass": Page(
        post=CITY, of={"key": "desk", "public_id": "00000000-0000-0000-0000-000000000005"}
    ),
    "catalogue:feed_settle": Page(post=CITY, of={"key": "desk", "number": 5}),
    "catalogue:duplicates": Page(get=CITY),
    "catalogue:duplicates_different": Page(get=CITY),
    "catalogue:duplicates_by_hand": Page(get=CITY, post=CITY),
    "catalogue:source_ranks": Page(get=CITY, post=CITY),
    "catalogue:duplicate": Page(
        get=CITY, post=CITY, of={"public_id": "00000000-0000-0000-0000-000000000005"}
    ),
    "catalogue:duplicate_again": Page(post=CITY, of={"public_id": "00000000-0000-0000-0000-000000000005"}),
    "catalogue:offer_merges": Page(get=CITY),
    "catalogue:offer_merge": Page(
        get=CITY, post=CITY, of={"public_id": "00000000-0000-0000-0000-000000000005"}
    ),
    "catalogue:wish": Page(get=EVERYONE, post=EVERYONE),
    "catalogue:suggestion": Page(get=EVERYONE, post=EVERYONE),
    "catalogue:error_report": Page(
        get=EVERYONE, post=EVERYONE, of={"public_id": "00000000-0000-0000-0000-000000000005"}
    ),
    "catalogue:wish_list": Page(get=MEMBERS - {"teacher"}),
    "catalogue:confirm_by_link": Page(get=EVERYONE, post=EVERYONE, of={"token": "x"}),
    "catalogue:confirm_own": Page(get=CITY, post=CITY, of={"public_id": Thing("other")}),
    "catalogue:freshness_list": Page(get=CITY),
    "catalogue:programme_list": Page(get=EVERYONE),
    "catalogue:programme_detail": Page(get=EVERYONE, of={"public_id": Thing("programme")}),
    "catalogue:programme_calendar": Page(get=EVERYONE, of={"public_id": Thing("programme")}),
    "catalogue:own_programmes": Page(get=MEMBERS - {"teacher"}, post=MEMBERS - {"teacher"}),
    "catalogue:programme_edit": Page(get=CITY, post=CITY, of={"public_id": Thing("programme")}),
    "catalogue:programme_fill": Page(post=CITY, of={"public_id": Thing("programme")}),
    "catalogue:programme_empty": Page(
        post=CITY, of={"public_id": Thing("programme"), "offer_id": Thing("offer")}
    ),
    "catalogue:programme_show": Page(post=CITY, of={"public_id": Thing("programme")}),
    "catalogue:saved_searches": Page(get=ADULTS, post=ADULTS),
    "catalogue:saved_search_delete": Page(
        post=ADULTS, of={"public_id": "00000000-0000-0000-0000-000000000005"}
    ),
    "catalogue:feedback_list": Page(get=MEMBERS - {"teacher"}),
    "catalogue:feedback_detail": Page(get=CITY, post=CITY, of={"public_id": Thing("feedback")}),
    "catalogue:provider_detail": Page(get=EVERYONE, of={"public_id": "00000000-0000-0000-0000-000000000005"}),
    "enrolment:enrol": Page(get=EVERYONE, post=ADULTS, of={"intake_id": Thing("intake")}),
    "enrolment:place_list": Page(get=SIGNED_IN),
    "enrolment:place_detail": Page(get=NOBODY, of={"enrolment_id": Thing("place")}),
    "enrolment:place_cancel": Page(get=NOBODY, post=NOBODY, of={"enrolment_id": Thing("place")}),
    "enrolment:place_answer": Page(post=NOBODY, of={"enrolment_id": Thing("place")}),
    "enrolment:place_calendar": Page(get=NOBODY, of={"enrolment_id": Thing("place")}),
    "enrolment:enrol_guest": Page(get=EVERYONE, post=EVERYONE, of={"intake_id": Thing("intake")}),
    "enrolment:guest_place": Page(get=EVERYONE, post=EVERYONE, of={"token": "wrong"}),
    "enrolment:intake_settings": Page(get=CITY, post=CITY, of={"series_id": Thing("series")}),
    "enrolment:session_settings": Page(get=CITY, post=CITY, of={"session_id": Thing("session")}),
    "enrolment:intake_decision": Page(get=CITY, post=CITY, of={"intake_id": Thing("intake")}),
    "enrolment:intake_open": Page(post=CITY, of={"intake_id": Thing("intake")}),
    "enrolment:people": Page(get=NOBODY, of={"series_id": Thing("series")}),
    "enrolment:people_download": Page(get=NOBODY, of={"series_id": Thing("series"), "form": "csv"}),
    "enrolment:people_call_off": Page(get=NOBODY, post=NOBODY, of={"enrolment_id": Thing("place")}),
    "enrolment:attendance": Page(get=NOBODY, post=NOBODY, of={"public_id": Thing("session")}),
    "enrolment:attendance_code": Page(get=NOBODY, post=NOBODY, of={"public_id": Thing("session")}),
    "enrolment:attendance_sheet": Page(get=NOBODY, post=NOBODY, of={"public_id": Thing("session")}),
    "enrolment:attendance_completed": Page(get=NOBODY, post=NOBODY, of={"public_id": Thing("session")}),
    "enrolment:attendance_entry": Page(
        get=NOBODY,
        post=NOBODY,
        of={"public_id": Thing("session"), "entry_id": "00000000-0000-0000-0000-000000000005"},
    ),
    "enrolment:attend": Page(get=SIGNED_IN, post=SIGNED_IN, of={"public_id": Thing("session")}),
    "enrolment:attend_guest": Page(
        get=EVERYONE, post=EVERYONE, of={"public_id": Thing("session"), "token": "wrong"}
    ),
    "enrolment:queue_detail": Page(get=EVERYONE, of={"intake_id": Thing("intake")}),
    "enrolment:queue_document": Page(get=CITY, of={"intake_id": Thing("intake")}),
    "enrolment:offer_answer": Page(get=EVERYONE, post=EVERYONE, of={"token": "wrong"}),
    "enrolment:overlaps": Page(get=SIGNED_IN, post=SIGNED_IN),
    "enrolment:place_reasons": Page(get=NOBODY, post=NOBODY, of={"enrolment_id": Thing("place")}),
    "enrolment:reminders": Page(get=SIGNED_IN, post=SIGNED_IN),
    "enrolment:calendar_address": Page(post=NOT_ACTING),
    "enrolment:calendar_download": Page(get=SIGNED_IN),
    "enrolment:calendar_feed": Page(get=EVERYONE, of={"token": "wrong"}),
}
"""The things asked for belong to a stranger or to another organisation."""
