"""What the catalogue itself ties to an offer, and that has to lead to the one that stays."""

from collections.abc import Mapping

from learningcity.catalogue.models import AcceptedClash, Feedback, Offer, ProgrammeOffer, SkillTaught

LINKS = "catalogue.links"
CLASHES = "catalogue.clashes"


def follow_links(kept: Offer, dropped: Offer) -> dict[str, dict[str, list[int]]]:
    """Let programmes, skills and what people reported lead to the kept offer; return the rows that moved."""
    there = ProgrammeOffer.objects.filter(offer=kept).values("programme")
    entries = ProgrammeOffer.objects.filter(offer=dropped).exclude(programme__in=there)
    known = SkillTaught.objects.filter(offer=kept).values("skill")
    skills = SkillTaught.objects.filter(offer=dropped).exclude(skill__in=known)
    moved = {
        "programmes": sorted(entries.values_list("pk", flat=True)),
        "feedback": sorted(Feedback.objects.filter(offer=dropped).values_list("pk", flat=True)),
        "skills": sorted(skills.values_list("pk", flat=True)),
    }
    ProgrammeOffer.objects.filter(pk__in=moved["programmes"]).update(offer=kept)
    Feedback.objects.filter(pk__in=moved["feedback"]).update(offer=kept)
    SkillTaught.objects.filter(pk__in=moved["skills"]).update(offer=kept)
    return {LINKS: moved}


def follow_clashes(sessions: Mapping[int, int]) -> dict[str, dict[str, list[list[int]]]]:
    """Let accepted clashes of dates that were joined be about the dates that stay; return what moved.

    Each is told with the date that it was about: of its own side, and of the other booking.
    """
    moved: dict[str, list[list[int]]] = {"session": [], "other": []}
    for side, rows in moved.items():
        of_dropped = AcceptedClash.objects.filter(**{f"{side}__in": sessions}).order_by("pk")
        for clash in of_dropped:
            dropped = clash.session_id if side == "session" else clash.other_id
            beside = clash.other_id if side == "session" else clash.session_id
            # A date does not clash with itself: two sources told of one booking.
            if beside != sessions[dropped]:
                AcceptedClash.objects.filter(pk=clash.pk).update(**{side: sessions[dropped]})
                rows.append([clash.pk, dropped])
    return {CLASHES: moved}


def put_clashes_back(moved: Mapping[str, Mapping[str, list[list[int]]]]) -> None:
    """Let accepted clashes be about the dates again that they were about."""
    for side, rows in moved.get(CLASHES, {}).items():
        for pk, session in rows:
            AcceptedClash.objects.filter(pk=pk).update(**{side: session})


def put_links_back(dropped: Offer, moved: Mapping[str, Mapping[str, list[int]]]) -> None:
    """Let what moved lead to the dropped offer again."""
    rows = moved.get(LINKS, {})
    ProgrammeOffer.objects.filter(pk__in=rows.get("programmes", [])).update(offer=dropped)
    Feedback.objects.filter(pk__in=rows.get("feedback", [])).update(offer=dropped)
    known = list(SkillTaught.objects.filter(offer=dropped).values_list("skill", flat=True))
    skills = SkillTaught.objects.filter(pk__in=rows.get("skills", [])).exclude(skill__in=known)
    skills.update(offer=dropped)
