"""Records as grading makes them, of what a judge might have found in one exercise; nothing is judged."""

from kit.course.manifest import exercises
from kit.grade import record
from kit.grade.part import Part
from kit.grade.reading import Submission

EX03 = exercises()[2]
ABOUT = {
    "profile": record.PROFILE,
    "seed": 7,
    "examples": 100,
    "limits": {"call_seconds": 5.0, "exercise_seconds": 60.0, "memory_gib": 4.0},
    "wall": "landlock 7, seccomp",
    "kit": {"version": "1", "digest": "0" * 64},
    "versions": {"python": "3.13.1", "torch": "2.15.0", "numpy": "2.4", "hypothesis": "6.160", "pytest": "9.0"},
}
CAUSE = {"name": "rounded_up", "sentence": "the quotient is rounded <up> | `ceil`", "look": "// rounds down"}


def found_in_ex03(words, failure):
    """What a judge finds if these functions of ex03 fail, with these words, in one check each, and the others hold."""
    functions = []
    for function, planned in EX03.checks.items():
        word = words.get(function, "done")
        held = planned if word == "done" else planned - 1
        one = {"function": function, "verdict": word, "checks": {"held": held, "planned": planned}}
        functions.append(one if word == "done" else one | {"failure": failure})
    return {"functions": functions, "seconds": 0.5}


def a_failure(**more):
    """A failure with a cause."""
    texts = {"call": "conv_output_size(10, 3)", "got": "9", "want": "8", "cause": CAUSE, "line": 12}
    return record.failure("the number differs") | texts | {"card": "wrong: ex03\n  :: got 9\n  ```"} | more


def record_with(words, *, source=b"code", about=ABOUT, partial=False, name="ana", failure=None, problems=(), **who):
    """The record of somebody who has handed in ex03 alone."""
    files = {f"{EX03.name}.py": source}
    parts = [Part(exercise, files if exercise is EX03 else {}) for exercise in exercises()]
    found = {exercise.name: record.not_handed_in(exercise) for exercise in exercises()}
    found[EX03.name] = found_in_ex03(words, failure or a_failure())
    submission = Submission(parts, {EX03.name: f"exercises/{EX03.name}.py"}, list(problems))
    about_whom = {"name": name, "person": name, "id": "", "platform": "", "late": False} | who
    return record.record_of(about_whom, submission, found, about, partial)
