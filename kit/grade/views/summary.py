"""Markdown for a step summary of GitHub Actions: a table, and a card for each function that is not done."""

import re

from kit.grade.views.words import card, sentence

LARGEST = 900 << 10  # bytes; above 1024 KiB the whole summary is lost


def summary(record: dict) -> str:
    """One submission."""
    head = f"## {_plain(record['submission']['name'])}: {record['points']:g} of {record['max_points']:g} points"
    lines = [head, "", *(f"> {_plain(problem)}\n" for problem in record["problems"])]
    lines += ["| exercise | function | verdict | points | |", "|---|---|---|---|---|"]
    for exercise in record["exercises"]:
        for function in exercise["functions"]:
            name = exercise["exercise"], function["function"], function["verdict"]
            lines.append(f"| {' | '.join(name)} | {function['points']:g} | {_plain(sentence(function))} |")
    text = "\n".join(lines) + "\n"
    for exercise in record["exercises"]:
        for function in exercise["functions"]:
            text = _with(text, function)
    return text


def _with(text: str, function: dict) -> str:
    """With the card of a function, if there is room and it says more than its line in the table."""
    if function["verdict"] in ("done", "not started") or not card(function):
        return text
    fence = "`" * (max([2, *map(len, re.findall("`+", card(function)))]) + 1)
    longer = f"{text}\n{fence}text\n{card(function).replace('::', ': :')}\n{fence}\n"
    return longer if len(longer.encode("utf-8", "backslashreplace")) <= LARGEST else text


def _plain(text: str) -> str:
    """A text from a stranger that is no Markdown, no HTML and no command for a runner."""
    marked = re.sub(r"([\\`*_{}\[\]()#+!|~-])", r"\\\1", " ".join(text.split()))
    return marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("::", ": :")
