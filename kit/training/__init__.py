"""The capstone: trains with the learner's own parts; `nox -s train`."""
