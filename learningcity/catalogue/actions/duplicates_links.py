"""What the catalogue itself ties to an offer, and that has to lead to the one that stays."""

from collections.abc import Mapping

from learningcity.catalogue.models import Feedback, Offer, ProgrammeOffer, SkillTaught

LINKS = "catalogue.links"


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


def put_links_back(dropped: Offer, moved: Mapping[str, Mapping[str, list[int]]]) -> None:
    """Let what moved lead to the dropped offer again."""
    rows = moved.get(LINKS, {})
    ProgrammeOffer.objects.filter(pk__in=rows.get("programmes", [])).update(offer=dropped)
    Feedback.objects.filter(pk__in=rows.get("feedback", [])).update(offer=dropped)
    known = list(SkillTaught.objects.filter(offer=dropped).values_list("skill", flat=True))
    skills = SkillTaught.objects.filter(pk__in=rows.get("skills", [])).exclude(skill__in=known)
    skills.update(offer=dropped)
