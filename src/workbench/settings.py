"""study.toml and source cards as frozen data."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from workbench.branding import Brand, read_brand
from workbench.errors import CardError

# a folder of catalogs is all that a language takes; its language.toml says where it is spoken in single products only
_CATALOGS = files("workbench") / "wording" / "catalogs"
_SPOKEN = {folder.name: tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
           for folder in _CATALOGS.iterdir() if (folder / "language.toml").is_file()}
LANGUAGES = tuple(sorted(name for name, said in _SPOKEN.items() if "products" not in said))  # of reports
PARTIAL = {name: tuple(said["products"]) for name, said in sorted(_SPOKEN.items()) if "products" in said}
ALL_LANGUAGES = (*LANGUAGES, *PARTIAL)
ACCESS = ("open", "link", "closed")
STUDY_FILE = "study.toml"
CARD_FILE = "source.toml"
# of the made-up city: these never stand on real data
MADE_UP_NAME, MADE_UP_DOMAIN = "Lillehavn", ".invalid"
CARD_DATES = ("collected_from", "collected_to", "delete_by")

# what the card needs, and how it is asked for; closed_basis only where the source is closed
CARD_QUESTIONS = {
    "controller": "Who is responsible, such as Lillehavn Kommune",
    "purpose": "What for, such as Digital gadeplansindsats: viden om lokale arenaer",
    "legal_basis": "On what legal basis, such as databeskyttelsesloven § 10",
    "access": "Who can read it: open (anybody), link (whoever has a link) or closed",
    "closed_basis": "The legal basis for collecting what is closed",
    "collected_by": "Who collected it: a role, not a name",
    "collected_with": "With which tool",
    "collected_from": "Collected from which day, such as 2025-07-01",
    "collected_to": "To which day, such as 2025-09-30",
    "tdm_reservation": "Reservation against text and data mining: none found, or found, licensed: …",
    "tdm_checked": "When and where that was checked, such as 2025-07-01, robots.txt and terms",
    "delete_by": "Delete by which day, such as 2027-09-30",
}
CARD_FURTHER = {
    "time_zone": "Time zone of times without an offset, such as Europe/Copenhagen",
    "category": "What kind of arenas they are",
    "reason": "Why they are followed",
}


@dataclass(frozen=True)
class Settings:
    """What `study.toml` says.

    Attributes
    ----------
    folder
        The folder that holds `study.toml`.
    name
        The place, on the cover; may be empty until something is published.
    language
        Of reports: one of `LANGUAGES`.
    contact
        Who answers questions about the report; may be empty until something is published.
    minimum_authors, minimum_arenas
        Of a published cell.
    key_file
        The pseudonym key, outside the study's folder, where `study.toml` or `WORKBENCH_KEY_FILE` says where;
        None: in the user's own configuration folder, under the study's id.
    made_up
        Whether its posts are made up, which every page then says.
    brand
        Colour and logo of the municipality.
    native_readers
        Languages of `PARTIAL` whose sheets somebody who grew up with the language has read for the municipality.
    """

    folder: Path
    name: str
    language: str
    contact: str
    minimum_authors: int
    minimum_arenas: int
    key_file: Path | None
    made_up: bool = False
    brand: Brand = field(default_factory=Brand)
    native_readers: tuple[str, ...] = ()

    def missing_for_publication(self, language: str = "") -> tuple[str, ...]:
        """Return why a report of this study stays a draft: `name`, `contact`, or both as ``made_up_…`` of the city.

        And `native`, where nobody who grew up with a language of `PARTIAL` has read what it says.
        """
        unread = ("native",) if language in PARTIAL and language not in self.native_readers else ()
        return (*self._unnamed(), *unread)

    def _unnamed(self) -> tuple[str, ...]:
        if self.made_up:
            return ()
        made_up = {"name": self.name.strip().casefold() == MADE_UP_NAME.casefold(),
                   "contact": self.contact.strip().casefold().endswith(MADE_UP_DOMAIN)}
        found = ((name, getattr(self, name).strip(), made_up[name]) for name in ("name", "contact"))
        return tuple(f"made_up_{name}" if is_citys else name for name, given, is_citys in found
                     if is_citys or not given)


@dataclass(frozen=True)
class SourceCard:
    """What `source.toml` says of the export files beside it.

    Dates are whole days, UTC. `source_id` is the name of the card's folder.
    """

    source_id: str
    path: Path
    controller: str
    purpose: str
    legal_basis: str
    access: str
    collected_by: str
    collected_with: str
    collected_from: date
    collected_to: date
    tdm_reservation: str
    tdm_checked: str
    delete_by: date
    closed_basis: str = ""
    category: str = ""
    reason: str = ""
    time_zone: str = ""


_STUDY_TYPES: dict[str, type] = {"name": str, "language": str, "contact": str,
                                 "minimum_authors": int, "minimum_arenas": int, "key_file": str}
_STUDY_OPTIONAL = ("name", "contact", "minimum_authors", "minimum_arenas", "key_file")
_CARD_OPTIONAL = ("closed_basis", *CARD_FURTHER)
_MAPPING = "mapping"  # section of a card: how a table or JSON of no known format is read
_CARD_TYPES: dict[str, type] = {
    f.name: date if f.name in CARD_DATES else str
    for f in fields(SourceCard) if f.name not in ("source_id", "path")
}


def format_card(values: Mapping[str, str | date], mapping: Mapping[str, Any] | None = None) -> str:
    """Return a source card as TOML: its fields in the order of `SourceCard`, and ``[mapping]`` where there is one.

    Raises
    ------
    CardError
        If a text holds what cannot be printed.
    """
    filled = [name for name in _CARD_TYPES if values.get(name) not in (None, "")]
    lines = [f"{name} = {_toml_value(values[name], name)}" for name in filled]
    given = dict(mapping or {})
    columns = given.pop("columns", {})
    if mapping:
        lines += ["", "[mapping]", *(f"{key} = {_toml_value(value, key)}" for key, value in given.items())]
        lines += ["", "[mapping.columns]", *(f"{key} = {_toml_value(value, key)}" for key, value in columns.items())]
    return "\n".join(lines) + "\n"


def _toml_value(value: str | date, name: str) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if not value.replace("\t", " ").isprintable():
        raise CardError(f"{name} holds characters that cannot be printed. Give it again.")
    return json.dumps(value, ensure_ascii=False)  # a basic string of TOML is one of JSON


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        # editors on Windows put a mark before the first line
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise CardError(f"{path}: not valid TOML ({error}). Correct the line it names.") from error
    except UnicodeDecodeError as error:
        raise CardError(f"{path}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from error
    except OSError as error:
        raise CardError(f"{path}: cannot be read ({error.strerror}). Ask for the right to read it.") from error


def _faults(given: dict[str, Any], types: dict[str, type], optional: tuple[str, ...]) -> list[str]:
    missing = [k for k in types if k not in optional and given.get(k) in (None, "")]
    unknown = [k for k in given if k not in types]
    wrong = [k for k, v in given.items() if k in types and (not isinstance(v, types[k]) or isinstance(v, bool))]
    return (
        ([f"missing: {', '.join(missing)}"] if missing else [])
        + ([f"unknown: {', '.join(unknown)}"] if unknown else [])
        + [f"{k} must be a {'date such as 2025-09-30' if types[k] is date else types[k].__name__}" for k in wrong]
    )


def read_settings(folder: Path) -> Settings:
    """Read `study.toml` of a folder.

    Raises
    ------
    CardError
        If the file is missing, not TOML, or a field is missing, unknown or of a wrong type;
        all faults are named at once.
    """
    path = folder / STUDY_FILE
    if not path.is_file():
        raise CardError(f"{path}: no study here. `workbench init {folder}` makes one.")
    given = _read_toml(path)
    made_up, (brand, looks) = given.pop("made_up", False), read_brand(folder, given.pop("look", {}))
    readers = given.pop("native_readers", [])
    faults = [*_faults(given, _STUDY_TYPES, _STUDY_OPTIONAL), *looks]
    if not isinstance(readers, list) or not all(code in PARTIAL for code in readers):
        faults.append(f"native_readers must be a list of some of {', '.join(PARTIAL)}")
    if not isinstance(made_up, bool):
        faults.append("made_up must be true or false")
    faults += [f"{name} holds characters that cannot be printed" for name in ("name", "contact")
               if not str(given.get(name, "")).isprintable()]
    if given.get("language") not in (*LANGUAGES, None, ""):
        faults.append(f"language must be one of {', '.join(LANGUAGES)}")
    for name, floor in (("minimum_authors", 5), ("minimum_arenas", 3)):
        if isinstance(given.get(name), int) and given[name] < floor:
            faults.append(f"{name} may be raised but not go below {floor}")
    if faults:
        raise CardError(f"{path}: " + "; ".join(faults) + ".")
    said = given.get("key_file") or os.environ.get("WORKBENCH_KEY_FILE")
    return Settings(folder=folder.resolve(), name=given.get("name", "").strip(), language=given["language"],
                    contact=given.get("contact", "").strip(), made_up=made_up, brand=brand,
                    minimum_authors=given.get("minimum_authors", 5),
                    minimum_arenas=given.get("minimum_arenas", 3),
                    native_readers=tuple(readers),
                    key_file=(folder / Path(said).expanduser()).resolve() if said else None)


def find_card(path: Path) -> Path | None:
    """Return the source card beside an export file, or in the nearest folder above it; None where there is none."""
    start = path if path.is_dir() else path.parent
    return next((p / CARD_FILE for p in (start, *start.resolve().parents) if (p / CARD_FILE).is_file()), None)


def read_mapping(path: Path) -> dict[str, Any]:
    """Return what ``[mapping]`` in the card of an export file says; empty where there is no card or no such section.

    Raises
    ------
    CardError
        If the card is not TOML.
    """
    card = find_card(path)
    given = _read_toml(card).get(_MAPPING, {}) if card else {}
    return given if isinstance(given, dict) else {}


def read_card(path: Path) -> SourceCard:
    """Read the source card beside an export file, or in the nearest folder above it.

    Parameters
    ----------
    path
        An export file or folder.

    Raises
    ------
    CardError
        If there is no card, or it is incomplete; the message names every missing field.
        A closed source without `closed_basis` is refused, and so is one whose reservation
        against text and data mining was found without a licence.
    """
    card = find_card(path)
    if card is None:
        raise CardError(f"{path}: no {CARD_FILE} beside it or in a folder above. Without a complete card nothing "
                        f"is imported; `workbench init` puts a template in data/raw. It needs: "
                        f"{', '.join(k for k in _CARD_TYPES if k not in _CARD_OPTIONAL)}.")
    given = _read_toml(card)
    mapping = given.pop(_MAPPING, {})
    faults = _faults(given, _CARD_TYPES, _CARD_OPTIONAL)
    if not isinstance(mapping, dict):
        faults.append("mapping must be a section, [mapping]")
    if given.get("access") not in (*ACCESS, None, ""):
        faults.append(f"access must be one of {', '.join(ACCESS)}")
    if given.get("access") == "closed" and not given.get("closed_basis"):
        faults.append("access is closed, so closed_basis must name the legal basis for that")
    if str(given.get("tdm_reservation", "")).startswith("found, not collected"):
        faults.append("tdm_reservation says this source reserves its rights and was not to be collected")
    if not faults and given["collected_from"] > given["collected_to"]:
        faults.append("collected_from is after collected_to")
    if faults:
        raise CardError(f"{card}: the card is not complete. " + "; ".join(faults) + ".")
    return SourceCard(source_id=card.parent.name, path=card, **given)
