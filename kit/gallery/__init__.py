"""Pictures made by the learner's own functions; `nox -s gallery` draws them."""
