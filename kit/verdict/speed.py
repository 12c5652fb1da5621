"""How long a finished function takes beside PyTorch's own, both in one process: a score, and never a verdict."""

import importlib

from kit.course.manifest import Exercise, shortest_name
from kit.learner.call import LearnerError, NoAnswer
from kit.learner.stand_in import Learner


def speed_in_words(exercise: Exercise, learner: Learner) -> list[str]:
    """A sentence for the board; none if the learner's code gives no answer while it is timed. Ends the process."""
    probe = importlib.import_module(f"probes.{exercise.name}").speed
    try:
        timed = learner.run(probe, exercise.speed)
        ratio, images = float(timed["ratio"]), int(timed["images"])
    except (LearnerError, NoAnswer, KeyError, TypeError, ValueError):
        return []
    finally:
        learner.end()
    name, what = shortest_name(exercise, exercise.speed), f"{images} image{'s' if images > 1 else ''} of 32 × 32 × 32"
    return [f"{name} takes {ratio:.1f} times as long as PyTorch's own, for {what}"]
