"""The page that shows a failure: one file that needs no network and no other file."""

import html
import json
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent
KINDS = (
    *("window", "sizes", "training", "kernels", "statistics", "parameters", "network", "validation", "saving"),
    *("tables", "grids", "strips", "batches", "counting", "exposing"),
)
SCRIPTS = ("basics", *KINDS, "values", "start")  # in this order


def page(scene: dict) -> str:
    """The whole page as HTML; its script draws what stands in it as JSON, and from nothing else."""
    data = json.dumps(scene, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    script = "\n".join((FOLDER / "scripts" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    template = Template((FOLDER / "page.html").read_text(encoding="utf-8"))
    words = {name: html.escape(scene[name]) for name in ("title", "finding", "check")}
    return template.substitute(words, facts=facts(scene["facts"]), data=data, script=script)


def facts(rows: list[dict]) -> str:
    """What is known in words: the call, the cause, what to look at, the place."""
    return "".join(
        f'<dt>{html.escape(row["name"])}</dt><dd class="{row["name"]}">{html.escape(row["text"])}</dd>' for row in rows
    )


def read_scene(text: str) -> dict:
    """The data of a page, for those who look at it without a browser."""
    return json.loads(text.split('<script type="application/json" id="scene">')[1].split("</script>")[0])
