"""A class on one page, which needs no network and no other file: misunderstandings, points, and who stands where."""

import html
import itertools
from collections import Counter
from pathlib import Path
from string import Template

from kit.grade.misunderstandings import WHOLE_FILE, Misunderstanding, Tried, misunderstandings

TEMPLATE = Path(__file__).parent.with_name("report.html")
MARKS = {  # verdict -> mark and kind of colour; the mark alone tells them apart
    "done": ("✓", "d"),
    "wrong": ("×", "w"),
    "crashed": ("!", "o"),
    "too slow": ("∞", "o"),
    "not allowed": ("⊘", "o"),
    "cannot import": ("#", "o"),
    "not started": ("·", "n"),
    "not judged": ("?", "k"),
}
MOST_CARDS = 9  # of an exercise
BARS = 10  # of the histogram
LONGEST = 240  # characters of a call or value


def report(records: list[dict], anonymous: bool = False, tried: dict[tuple, Tried] | None = None) -> str:
    """The whole page as HTML; an anonymous one has numbers in place of names, by points."""
    records = sorted(records, key=lambda made: (-made["points"], made["submission"]["name"]))
    links = [("causes", "What to say tomorrow"), ("points", "Points"), ("map", "Who stands where")]
    template = Template(TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        intro=_intro(records),
        links="".join(f'<li><a href="#{name}">{words}</a></li>' for name, words in links),
        causes=_causes(records, tried),
        histogram=_histogram(records),
        legend="".join(f'<span class="{kind}">{mark} {word}</span>' for word, (mark, kind) in MARKS.items()),
        map=_map(records, anonymous),
        about=_about(records),
    )


def _intro(records: list[dict]) -> str:
    points = sorted(made["points"] for made in records)
    if not points:
        return "No submission is graded yet."
    middle = (points[(len(points) - 1) // 2] + points[len(points) // 2]) / 2
    return f"{len(records)} submissions; half of them have {middle:.4g} of {records[0]['max_points']:g} points or more."


def _about(records: list[dict]) -> str:
    if not records:
        return ""
    how, lost = records[0]["judged_with"], sum(made["not_judged"] for made in records)
    note = f" {lost} functions could not be judged; that is a failure of the kit." if lost else ""
    return f"Judged with seed {how['seed']}, {how['examples']} examples for each property, torch {_torch(how)}.{note}"


def _torch(how: dict) -> str:
    return html.escape(how["versions"].get("torch", ""))


def _causes(records: list[dict], tried: dict[tuple, Tried] | None) -> str:
    """The misunderstandings of each exercise, as cards."""
    found = misunderstandings(records, tried)
    handed_in = Counter(e["exercise"] for made in records for e in made["exercises"] if e["found"])
    sections = []
    for exercise, group in itertools.groupby(found, key=lambda each: each.exercise):
        own = sorted(group, key=lambda each: (each.function == WHOLE_FILE, -each.number))
        cards = "".join(_card(each, handed_in[exercise]) for each in own[:MOST_CARDS])
        rest = _rest(own[MOST_CARDS:])
        hints = _hints(records, exercise)
        sections.append(f'<h3>{html.escape(exercise)}</h3>{hints}<div class="cards">{cards}</div>{rest}')
    return "\n".join(sections) or "<p>Nothing that was handed in is wrong.</p>"


def _hints(records: list[dict], exercise: str) -> str:
    """How many have asked for hints to the functions of an exercise, where their folders tell; else nothing."""
    telling = [made["hints"] for made in records if made.get("hints")]
    counts = Counter(name.partition(".") for hints in telling for name in hints)
    own = [(name, count) for (short, _, name), count in counts.most_common() if short == exercise.split("_")[0]]
    if not own:
        return ""
    said = ", ".join(f"<code>{html.escape(name)}</code> {count}" for name, count in own)
    return f'<p class="dim">Asked for hints, of {len(telling)} people whose folders tell: {said}</p>'


def _rest(own: list[Misunderstanding]) -> str:
    """The mistakes of few people: a list, so that a thousand people fit on a page that somebody reads."""
    if not own:
        return ""
    lines = "".join(
        f"<li>{each.number}: <code>{html.escape(each.function)}</code> {html.escape(_short(each.sentence))}</li>"
        for each in own
    )
    return f"<details><summary>{len(own)} more, each of at most {own[0].number}</summary><ul>{lines}</ul></details>"


def _card(each: Misunderstanding, handed_in: int) -> str:
    example, values = each.example, ""
    if example.got or example.want:
        values = f"got  {_short(example.got)}\nwant {_short(example.want)}"
    elif each.is_named:
        values = _short(example.account)
    shown = "\n".join(filter(None, [_short(example.call), values]))
    look = f'<p class="dim">{html.escape(each.look)}</p>' if each.look else ""
    apart = f'<p class="dim">{_apart(each.tried)}</p>' if each.tried and each.tried.asked else ""
    name = "" if each.is_named else '<p class="dim">no name for it yet; these answers are alike</p>'
    return (
        f'<article class="card"><p><span class="share">{each.number} of {handed_in}</span> '
        f"<code>{html.escape(each.function)}</code>: {html.escape(each.sentence[:LONGEST])}</p>"
        f"{f'<pre>{html.escape(shown)}</pre>' if shown else ''}{apart}{look}{name}</article>"
    )


def _apart(tried: Tried) -> str:
    """How well the example tells those of this mistake from those of another one."""
    if not tried.failing:
        return f"Only they are wrong here; {tried.asked} with another mistake in it are right."
    if not tried.alike:
        return f"Only they give this answer; {tried.failing} with another mistake are wrong otherwise."
    return f"{tried.alike} with another mistake give this answer too."


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _histogram(records: list[dict]) -> str:
    """How many have how many points, in bars of one width."""
    if not records:
        return ""
    most, width = records[0]["max_points"], records[0]["max_points"] / BARS
    counts = Counter(min(int(made["points"] / width), BARS - 1) for made in records)
    highest = max(counts.values())
    rows = [
        f"<span>{number * width:g} to {min((number + 1) * width, most):g}</span>"
        f'<span class="number">{counts[number]}</span>'
        f'<span><span class="bar" style="display:block;width:{100 * counts[number] / highest:.1f}%"></span></span>'
        for number in reversed(range(BARS))
    ]
    return f'<div class="bars">{"".join(rows)}</div>'


def _map(records: list[dict], anonymous: bool) -> str:
    if not records:
        return ""
    names = [
        f'<th class="f" scope="col"><span>{exercise["exercise"].split("_")[0]} {function["function"]}</span></th>'
        for exercise in records[0]["exercises"]
        for function in exercise["functions"]
    ]
    head = f'<thead><tr><th scope="col">name</th><th scope="col">points</th>{"".join(names)}</tr></thead>'
    rows = [
        _row(made, str(number) if anonymous else made["submission"]["name"]) for number, made in enumerate(records, 1)
    ]
    return f'<table class="map">{head}<tbody>{"".join(rows)}</tbody></table>'


def _row(made: dict, name: str) -> str:
    marks = [MARKS[function["verdict"]] for exercise in made["exercises"] for function in exercise["functions"]]
    cells = "".join(f"<td class={kind}>{mark}</td>" for mark, kind in marks)
    return f'<tr><th scope="row">{html.escape(name)}</th><td class=p>{made["points"]:g}</td>{cells}</tr>\n'
