"""The page on which the pictures hang: one file that needs no network and no other file."""

import base64
import html
import itertools
import re
import struct
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from string import Template

from kit.gallery.exhibits import Exhibit

TEMPLATE = Path(__file__).with_name("page.html")
MOST_STEPS = 9
SHOWN = ",\n".join(  # the picture whose button is pressed
    f".steps input:nth-of-type({i}):checked ~ .frames img:nth-of-type({i})" for i in range(1, MOST_STEPS + 1)
)


@dataclass(frozen=True)
class Hung:
    """An exhibit on the wall: its picture, or else the sentence that hangs in its place."""

    exhibit: Exhibit
    picture: bytes | None
    sentence: str = ""  # in place of the picture, or below it
    about: str = ""  # which network it shows
    steps: tuple[bytes, ...] = ()  # pictures to go through one by one


def page(wall: list[Hung], intro: str) -> str:
    """The whole page as HTML."""
    rooms = [(room, list(hung)) for room, hung in itertools.groupby(wall, lambda hung: hung.exhibit.room)]
    links = "".join(f'<li><a href="#room{i}">{html.escape(room)}</a></li>' for i, (room, _) in enumerate(rooms, 1))
    sections = "".join(
        f'<section aria-labelledby="room{i}"><h2 id="room{i}" tabindex="-1">{html.escape(room)}</h2>'
        f'{about(hung)}<div class="wall">{"".join(map(framed, hung))}</div></section>'
        for i, (room, hung) in enumerate(rooms, 1)
    )
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(shown=SHOWN, intro=html.escape(intro), links=links, sections=sections)


def about(room: list[Hung]) -> str:
    """What is said once of all pictures of a room."""
    said = dict.fromkeys(html.escape(hung.about) for hung in room if hung.about)
    return "".join(f'<p class="about">{sentence}</p>' for sentence in said)


def framed(hung: Hung) -> str:
    """One picture with its heading and caption."""
    exhibit = hung.exhibit
    kind = "" if hung.picture else ' class="missing"'
    remark = f'<p class="remark">{html.escape(hung.sentence)}</p>' if hung.picture and hung.sentence else ""
    return (
        f'<figure id="{exhibit.name}"{kind}><h3>{html.escape(exhibit.heading)}</h3>'
        f"{picture(hung)}{remark}"
        f"<figcaption>{html.escape(exhibit.caption)} "
        f'<span class="made-by">{exhibit.exercises}</span></figcaption></figure>'
    )


def picture(hung: Hung) -> str:
    """The picture itself inside the page, or the sentence in its place."""
    if hung.picture is None:
        return f'<p class="empty">{html.escape(hung.sentence)}</p>'
    return image(hung.picture, hung.exhibit.alt, hung.exhibit.photograph) + stepper(hung)


def image(picture: bytes, alt: str, photograph: bool) -> str:
    """A picture with words for it."""
    width, height = size(picture, photograph)
    return f'<img alt="{html.escape(alt)}" width="{width}" height="{height}" src="{address(picture, photograph)}">'


def stepper(hung: Hung) -> str:
    """Pictures of which one is seen, chosen by buttons or arrow keys; the page has no script."""
    if not hung.steps:
        return ""
    name, count = hung.exhibit.name, len(hung.steps)
    buttons = "".join(
        f'<input type="radio" name="{name}" id="{name}{i}" aria-label="step {i} of {count}"{" checked" * (i == 1)}>'
        for i in range(1, count + 1)
    )
    pictures = "".join(image(step, f"step {i} of {count}", False) for i, step in enumerate(hung.steps, 1))
    return (
        f'<fieldset class="steps"><legend>Step by step, with the arrow keys too</legend>{buttons}'
        f'<div class="frames">{pictures}</div></fieldset>'
    )


def size(picture: bytes, photograph: bool) -> tuple[int, int]:
    """A picture's width and height in pixels, or in points if it is an SVG."""
    if photograph:
        return struct.unpack(">II", picture[16:24])  # where a PNG has them
    _, _, width, height = re.search(rb'viewBox="([^"]+)"', picture)[1].split()
    return round(float(width)), round(float(height))


def address(picture: bytes, photograph: bool) -> str:
    """The picture as an address that holds it."""
    if photograph:
        return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    text = picture[picture.index(b"<svg") :].decode()
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text).replace("> <", "><").replace('"', "'")
    return "data:image/svg+xml," + urllib.parse.quote(text, safe=" =:;,/'()[]!*$@?{}|^+")
