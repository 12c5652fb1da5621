"""Other plugins in pytest's process: what they must see of a check, and what they make of its report."""

import pytest

OWN = ("_pytest.", "kit.", "hypothesis", "_hypothesis_", "tests.", "conftest", "anyio.")


def run_checks_themselves(config: pytest.Config) -> bool:
    """Whether a plugin runs checks in pytest's place, such as to run them again: then nobody else may."""
    implementations = config.hook.pytest_runtest_protocol.get_hookimpls()
    return any(not (impl.wrapper or impl.hookwrapper) and _is_foreign(impl) for impl in implementations)


def read_failures(config: pytest.Config) -> bool:
    """Whether somebody reads the text of each failure: a file for machines, an editor, or pytest's own lines."""
    if getattr(config.option, "xmlpath", None) or getattr(config.option, "verbose", 0) > -2:
        return True
    return look_at_reports(config)


def look_at_reports(config: pytest.Config) -> bool:
    """Whether a plugin that is not pytest's own and not the kit's is told how each check ended."""
    hooks = config.hook.pytest_runtest_logreport, config.hook.pytest_report_teststatus
    return any(_is_foreign(impl) for hook in hooks for impl in hook.get_hookimpls())


def _is_foreign(implementation: object) -> bool:
    plugin = implementation.plugin
    module = getattr(plugin, "__name__", None) if not isinstance(plugin, type) else None
    return not (module or type(plugin).__module__).startswith(OWN)
