"""JUnit's XML as pytest writes it, with points and causes as properties; Artemis and GitLab read it too."""

from xml.etree import ElementTree

from kit.grade.views.words import card, sentence


def junit(record: dict) -> str:
    """A test case for each function; what could not be judged is an error, all else that is not done a failure."""
    counts = {"errors": record["not_judged"], "failures": 0, "skipped": 0, "tests": record["functions"]}
    counts["failures"] = record["functions"] - record["done"] - record["not_judged"]
    top = ElementTree.Element("testsuites", name="convkata")
    seconds = f"{record['seconds']:.3f}"
    suite = ElementTree.SubElement(
        top, "testsuite", name="convkata", time=seconds, **{k: str(v) for k, v in counts.items()}
    )
    about = {"points": record["points"], "max_points": record["max_points"], "seed": record["judged_with"]["seed"]}
    _properties(suite, about | {"commit": record["commit"], "wall": record["judged_with"]["wall"]})
    for exercise in record["exercises"]:
        time = exercise["seconds"] / len(exercise["functions"])
        for function in exercise["functions"]:
            _case(suite, exercise["exercise"], function, time)
    ElementTree.indent(top, " ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(top, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, exercise: str, function: dict, time: float) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=exercise, name=function["function"], time=f"{time:.3f}")
    named = (function.get("failure") or {}).get("cause") or {}
    points = {"points": function["points"], "max_points": function["max_points"], "verdict": function["verdict"]}
    _properties(case, points | ({"cause": named["name"]} if named else {}))
    if function["verdict"] != "done":
        kind = "error" if function["verdict"] == "not judged" else "failure"
        message = f"{function['verdict']}: {sentence(function)}"
        ElementTree.SubElement(case, kind, message=_plain(message)).text = _plain(card(function))


def _properties(above: ElementTree.Element, values: dict[str, object]) -> None:
    properties = ElementTree.SubElement(above, "properties")
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", name=name, value=_plain(str(value)))


def _plain(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or " " <= c < "\ud800" or "\ue000" <= c <= "\ufffd" or c > "\uffff")
