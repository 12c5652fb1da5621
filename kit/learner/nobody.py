"""Stands for a learner's file where there is none: beside it the kit's own functions run, see Learner.run_apart."""
