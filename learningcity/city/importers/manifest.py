"""The manifest of a city bundle: bundle.toml, read into plain values and checked."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from learningcity.city.importers.files import file_in, text_of
from learningcity.city.importers.mapping import Mapping, mapping_in
from learningcity.city.importers.refusal import BundleRefused, quoted
from learningcity.city.importers.section import KEY, LANGUAGE, MANIFEST, Section
from learningcity.city.importers.tables import TablePart, table_part
from learningcity.city.models import AreaSet

LARGEST_MANIFEST = 1_000_000


@dataclass(frozen=True, slots=True)
class CityPart:
    """The city itself. `box` is south, west, north, east; `centre` is lat, lon; all in degrees.

    `meridian` is the longitude along which the national map points north: inner points are taken there.
    `region` is the part of the country (ISO 3166-2 without the country), whose public holidays hold.
    """

    name: str
    names: dict[str, str]
    country: str
    time_zone: str
    languages: list[str]
    currency: str
    snap_metres: int
    box: tuple[float, float, float, float] | None
    centre: tuple[float, float] | None
    meridian: float | None
    region: str = ""


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Where data comes from, under which licence, and the line that must be shown."""

    key: str
    title: str
    licence: str
    licence_address: str
    attribution: str
    address: str
    changes: str


@dataclass(frozen=True, slots=True)
class AreasPart:
    """One set of areas: its file and the properties that hold code and names."""

    key: str
    label: str
    labels: dict[str, str]
    purpose: str
    source: str
    file: str
    code: str
    name: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class StreetsPart:
    """The OpenStreetMap extract with the streets."""

    file: str
    source: str


@dataclass(frozen=True, slots=True)
class PlacesPart:
    """The OpenStreetMap extract with the places, and which tags make which kind of venue."""

    file: str
    source: str
    mapping: Mapping


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything bundle.toml says."""

    city: CityPart
    sources: list[SourcePart]
    areas: list[AreasPart]
    tables: list[TablePart]
    streets: StreetsPart | None
    places: PlacesPart | None

    def files(self) -> list[str]:
        """Return the names of all files of the bundle, each once, in a fixed order."""
        parts: list[AreasPart | TablePart | StreetsPart | PlacesPart | None]
        parts = [*self.areas, *self.tables, self.streets, self.places]
        return sorted({part.file for part in parts if part is not None})


def manifest_in(folder: Path) -> Manifest:
    """Read bundle.toml. Raises BundleRefused, naming the table and the key."""
    if not folder.is_dir():
        raise BundleRefused(_("There is no such folder. Give the folder of a city bundle."), file=str(folder))
    text = text_of(file_in(folder, MANIFEST), largest=LARGEST_MANIFEST)
    try:
        whole = Section(tomllib.loads(text), "")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BundleRefused(
            _("This is not TOML: %(reason)s. Correct that place.") % {"reason": quoted(error)}, file=MANIFEST
        ) from error
    city = _city(whole)
    sources = _sources(whole)
    manifest = Manifest(
        city=city,
        sources=sources,
        areas=[_areas(section) for section in whole.sections("areas")],
        tables=[table_part(section) for section in whole.sections("population")],
        streets=_streets(whole.section("streets")),
        places=_places(whole.section("places"), whole.section("streets")),
    )
    whole.close()
    _check_keys(manifest)
    return manifest


def _city(whole: Section) -> CityPart:
    section = whole.section("city")
    if section is None:
        raise whole.refusal(
            "[city]", _("This is missing. Name the city: [city] with name, country, time_zone.")
        )
    city = CityPart(
        name=section.text("name", longest=120),
        names=section.by_language("names"),
        country=section.text("country", pattern="[A-Z]{2}"),
        time_zone=section.text("time_zone"),
        languages=section.texts("languages"),
        currency=section.text("currency", pattern="[A-Z]{3}"),
        snap_metres=section.whole("snap_metres", low=1, high=5000, default=400),
        box=_box(section),
        centre=_centre(section),
        meridian=section.number("meridian", low=-180, high=180) if section.has("meridian") else None,
        region=section.text("region", pattern="[A-Z0-9]{1,3}") if section.has("region") else "",
    )
    if city.time_zone not in available_timezones():
        raise section.refusal(
            "time_zone",
            _('“%(zone)s” is not a time zone. Write one like "Europe/London".')
            % {"zone": quoted(city.time_zone)},
        )
    if not city.languages or not all(re.fullmatch(LANGUAGE, code) for code in city.languages):
        raise section.refusal("languages", _('Write a list of language codes: ["en", "cy"].'))
    section.close()
    return city


def _box(section: Section) -> tuple[float, float, float, float] | None:
    if not section.has("box"):
        return None
    south, west, north, east = section.numbers("box", 4)
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        raise section.refusal(
            "box", _("Write south, west, north, east in degrees: [51.5, -3.2, 51.7, -2.8].")
        )
    return south, west, north, east


def _centre(section: Section) -> tuple[float, float] | None:
    if not section.has("centre"):
        return None
    lat, lon = section.numbers("centre", 2)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise section.refusal("centre", _("Write latitude and longitude in degrees: [51.59, -3.0]."))
    return lat, lon


def _sources(whole: Section) -> list[SourcePart]:
    listed = whole.section("sources")
    sources = [_source(key, section) for key, section in listed.named_sections()] if listed else []
    if not sources:
        raise whole.refusal(
            "[sources]",
            _("This is missing. Name each source with its licence: [sources.osm] title, licence."),
        )
    return sources


def _source(key: str, section: Section) -> SourcePart:
    if not re.fullmatch(KEY, key) or len(key) > 40:
        raise section.refusal("", _("Name it with small letters, digits and hyphens, at most 40."))
    source = SourcePart(
        key=key,
        title=section.text("title"),
        licence=section.text("licence"),
        licence_address=section.text("licence_address", default="", pattern=r"https?://\S+", longest=500),
        attribution=section.text("attribution", longest=1000),
        address=section.text("address", default="", pattern=r"https?://\S+", longest=500),
        changes=section.text("changes", default="", longest=1000),
    )
    section.close()
    return source


def _areas(section: Section) -> AreasPart:
    part = AreasPart(
        key=section.text("key", pattern=KEY, longest=40),
        label=section.text("label", longest=120),
        labels=section.by_language("labels"),
        purpose=section.choice("purpose", [str(value) for value in AreaSet.Purpose.values]),
        source=section.text("source"),
        file=section.text("file"),
        code=section.text("code"),
        name=section.text("name"),
        names=section.by_language("names"),
    )
    section.close()
    return part


def _streets(section: Section | None) -> StreetsPart | None:
    if section is None:
        return None
    part = StreetsPart(file=section.text("file"), source=section.text("source"))
    section.close()
    return part


def _places(section: Section | None, streets: Section | None) -> PlacesPart | None:
    if section is None:
        return None
    file = None if section.has("file") or streets is None else streets.text("file")
    part = PlacesPart(
        file=section.text("file", default=file),
        source=section.text("source"),
        mapping=mapping_in(section),
    )
    section.close()
    return part


def _check_keys(manifest: Manifest) -> None:
    """Refuse keys used twice and references that lead nowhere."""
    _check_once("areas", [part.key for part in manifest.areas])
    _check_once("population", [part.key for part in manifest.tables])
    names = [f"{part.key}-{group.key}" for part in manifest.tables for group in part.groups]
    _check_once("population.groups", names)
    parts: list[AreasPart | TablePart | StreetsPart | PlacesPart | None]
    parts = [*manifest.areas, *manifest.tables, manifest.streets, manifest.places]
    known = [source.key for source in manifest.sources]
    for part in parts:
        if part is not None:
            _check_known("source", part.source, known)
    for table in manifest.tables:
        _check_known("areas", table.areas, [part.key for part in manifest.areas])
    _check_everyone(manifest)


def _check_once(where: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise BundleRefused(
                _("The key “%(key)s” is used twice. Give each its own.") % {"key": quoted(key)},
                file=MANIFEST,
                column=f"[[{where}]]",
            )
        seen.add(key)


def _check_known(key: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise BundleRefused(
            _("“%(value)s” is not described in this bundle. Described are: %(known)s.")
            % {"value": quoted(value), "known": ", ".join(known) or "–"},
            file=MANIFEST,
            column=key,
        )


def _check_everyone(manifest: Manifest) -> None:
    """Refuse two tables that both count everyone of a set, and classes of a table that is not there."""
    _check_once("population] everyone [", [part.areas for part in manifest.tables if part.everyone])
    for part in manifest.tables:
        if part.people_of:
            fitting = [t.key for t in manifest.tables if t.areas == part.areas and not t.people_of]
            _check_known("people_of", part.people_of, fitting)
