"""The figures as a table, each beside an import of torch, with what is aimed at."""

import os
import platform
import statistics

from kit.bench.kept import AIMS as KEPT
from kit.bench.submissions import COUNT

COLD = {name: ([name], 1.25) for name in ("ex01", "ex03", "ex05", "ex10")} | {"all solutions": ([], 3.0)}  # and aims
SAVE_AIM = 0.08
WHOLE_CARD = "its whole card"
SUBMISSION_SECONDS = 1.0  # as an aim


def table(seconds: dict[str, list[float]], memory: dict[str, float]) -> str:
    """The figures as Markdown."""
    base = statistics.median(seconds["import torch"])
    aims = {f"cold: {name}": f"≤ {aim:g}×" for name, (_, aim) in COLD.items()}
    aims |= {name: f"≤ {aim:g}×" for name, aim in KEPT.items()}
    aims |= {
        name: f"≤ {SAVE_AIM:g}× and < 0.3 s"
        for name in seconds
        if name.startswith("saved") and not name.endswith(WHOLE_CARD)
    }
    aims["submission, warm"] = f"≤ {SUBMISSION_SECONDS:g} s: {60 / SUBMISSION_SECONDS:g} a minute"
    lines = ["| what | seconds | × import torch | aim |", "|---|---|---|---|"]
    for name, values in seconds.items():
        median = statistics.median(values)
        lines.append(f"| {name} | {median:.2f} | {median / base:.2f} | {aims.get(name, '')} |")
    lines += [f"| memory: {name} | {value:.0f} MiB | | |" for name, value in memory.items()]
    count = len(seconds["import torch"])
    machine = f"{len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"
    return "\n".join([*lines, "", f"Medians of {count}, submissions of {COUNT}; {machine}."]) + "\n"
