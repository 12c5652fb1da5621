"""How Hypothesis draws: the same examples for everybody, or others each time. A profile chooses that and no more."""

from hypothesis import Phase, settings
from hypothesis.errors import InvalidArgument
from hypothesis.internal.conjecture import providers

JUDGING = "judging"  # the profile that is used: of the one asked for, what may be chosen
SOUND = {
    "deadline": None,  # the learner process has a limit of its own
    "database": None,
    "print_blob": False,
    "report_multiple_bugs": False,
    "phases": set(Phase) - {Phase.explain},
    "suppress_health_check": (),
}


def load_profile(name: str | None) -> None:
    """Use the profile of this name for the number of examples and their seed; raises ValueError if there is none."""
    # Hypothesis would read kit/ for numbers to try, and draw other examples when one module more is loaded.
    providers.is_local_module_file = lambda _: False
    settings.register_profile("same-examples", max_examples=20, derandomize=True, **SOUND)
    settings.register_profile("fresh-seed", max_examples=100, derandomize=False, **SOUND)
    try:
        chosen = settings.get_profile(name or "same-examples")
    except InvalidArgument as error:
        raise ValueError(f"{error}.") from error
    settings.register_profile(JUDGING, chosen, **SOUND)
    settings.load_profile(JUDGING)
