"""What the page frame needs: rooms, languages, the reader's choices."""

from django import template
from django.conf import settings
from django.template import Context, NodeList
from django.template.base import Parser, Token
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, get_language_info

from learningcity.core import display, navigation
from learningcity.core.actors import Actor

register = template.Library()


class CaptureNode(template.Node):
    """Render what stands between the tags into a variable."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> str:
        """Set the variable and show nothing."""
        context[self.name] = self.nodelist.render(context).strip()
        return ""


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """Keep what stands inside in a variable: `{% capture room %}{% block room %}...{% endcapture %}`."""
    words = token.split_contents()
    if len(words) != 2:
        raise template.TemplateSyntaxError("capture takes the name of one variable")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, words[1])


@register.inclusion_tag("components/rooms.html", takes_context=True)
def rooms(context: Context, room: str) -> dict[str, object]:
    """Show the rooms of the reader's audience, the current one marked."""
    audience = _audience(context)
    return {"entries": _entries(navigation.rooms(audience), context), "room": room, "audience": audience}


@register.inclusion_tag("components/subrooms.html", takes_context=True)
def subrooms(context: Context, room: str) -> dict[str, object]:
    """Show the pages under a room if there are at least two, the current one marked."""
    audience, is_signed_in = _audience(context), _is_signed_in(context)
    return {
        "entries": _entries(navigation.pages(room, audience, is_signed_in=is_signed_in), context),
        "label": navigation.label_of(room, audience),
    }


@register.inclusion_tag("components/foot_links.html", takes_context=True)
def foot_links(context: Context) -> dict[str, object]:
    """Show the links of the foot in two lists."""
    entries = _entries(navigation.foot(), context)
    half = (len(entries) + 1) // 2
    return {"columns": [column for column in (entries[:half], entries[half:]) if column]}


def _actor(context: Context) -> Actor | None:
    # Who has no session acts for nobody; asking would make every public page depend on the cookie.
    request = context.get("request")
    if request is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return getattr(request, "actor", None)


def _audience(context: Context) -> str:
    by = _actor(context)
    return navigation.EVERYBODY if by is None else navigation.audience_of(by)


def _is_signed_in(context: Context) -> bool:
    by = _actor(context)
    return by is not None and bool(by.person)


def _entries(found: list[navigation.Entry], context: Context) -> list[dict[str, object]]:
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    return [
        {"key": entry.key, "label": entry.label, "address": entry.address, "is_here": entry.url_name == here}
        for entry in found
        if entry.may is None or (request is not None and entry.may(request))
    ]


@register.simple_tag(takes_context=True)
def choices_address(context: Context) -> str:
    """Return the address of the language and display choices, from which the reader comes back here."""
    address = reverse("core:display")
    back = this_address(context)
    return f"{address}?{urlencode({'next': back})}" if back else address


@register.simple_tag(takes_context=True)
def this_address(context: Context) -> str:
    """Return the address of this page, without its query if that is very long; "" after a form was sent."""
    request = context.get("request")
    if request is None or request.method != "GET" or request.path == reverse("core:display"):
        return ""
    address = request.get_full_path()
    return address if len(address) <= display.LONGEST_ADDRESS else request.path


@register.simple_tag(takes_context=True)
def scheme(context: Context) -> str:
    """Return "light" or "dark" if the reader chose it, "" for the setting of the device."""
    request = context.get("request")
    return display.scheme_of(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def page_languages(context: Context) -> dict[str, object]:
    """Return the languages of the source, the frame and the main part, their directions, and the state.

    A language whose pages are not yet translated (see `display.FRAME_ONLY`) names the frame, while the
    main part is shown, and marked, in the language of the source.
    """
    request = context.get("request")
    frame = getattr(request, "LANGUAGE_CODE", None) or get_language() or settings.LANGUAGE_CODE
    main = display.main_language(frame)
    return {
        "source": settings.LANGUAGE_CODE,
        "frame": frame,
        "main": main,
        "dir": "rtl" if get_language_info(frame)["bidi"] else "ltr",
        "main_dir": "rtl" if get_language_info(main)["bidi"] else "ltr",
        "state": display.state_of(frame),
    }


@register.simple_tag
def other_languages() -> list[dict[str, str]]:
    """Return the languages other than the one in use, in their own names."""
    now = get_language()
    return [
        {"code": code, "name": name, "dir": "rtl" if get_language_info(code)["bidi"] else "ltr"}
        for code, name in settings.LANGUAGES
        if code != now
    ]
