"""Exceptions whose classes say what they like of themselves end no process: they are described as far as that goes."""

import pytest

from kit.learner.call import LearnerError
from kit.learner.imported_files import imported_files
from kit.learner.lazy_torch import imported_by
from kit.verdict.card import line_of
from kit.watch.changes import changed

CODE = """
class M(type):
    {of_the_type}
class E(Exception, metaclass=M):
    {of_the_error}
def f(fails):
    if fails: raise E("x")
    return 1
"""
BEYOND = (), "(its error cannot be described)"
ERRORS = {
    "__name__ = property(lambda c: 5)": (("E", "Exception", "BaseException", "object"), "x"),
    "__mro__ = property(lambda c: 1 / 0)": (("E", "Exception", "BaseException", "object"), "x"),
    "__getattribute__ = lambda e, name: 1 / 0": BEYOND,
    "__str__ = lambda e: 1 / 0": (("E", "Exception", "BaseException", "object"), "(its message cannot be shown)"),
    "__str__ = lambda e: type('S', (str,), {'__getitem__': lambda s, i: 5})('y')": (
        ("E", "Exception", "BaseException", "object"),
        "y",
    ),
}
MINUSES = b"def f():\n    return " + b"-" * 100_000 + b"1\n"  # which ast.parse refuses for want of memory


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_is_described_whatever_its_class_says(make_learner, line):
    is_of_the_type = "c:" in line
    code = CODE.format(of_the_type=line if is_of_the_type else "pass", of_the_error="pass" if is_of_the_type else line)
    learner = make_learner(code)
    with pytest.raises(LearnerError) as caught:
        learner.f(True)
    account = caught.value.account
    assert (account.word, account.types, account.message) == ("crashed", *ERRORS[line])
    assert learner.f(False) == 1


def test_a_file_that_is_too_deep_to_be_read_is_no_fault_of_the_kit(tmp_path):
    path = tmp_path / "ex03_output_size.py"
    path.write_bytes(MINUSES)
    assert (line_of(path, "f"), imported_files(path), imported_by(MINUSES)) == (1, {}, frozenset())
    assert changed(b"", MINUSES, ("f",)) == []
