import ex18_expose
from docstring_examples import assert_keeps_examples
from exposing import PAIRS, assert_is_small, assert_tells_apart, calls_of


def answer(number):
    return getattr(ex18_expose, f"expose_{number}")()


def keeps_examples(number):
    calls_of(PAIRS[number], answer(number))  # says it better, if it is no input at all
    assert_keeps_examples(ex18_expose, f"expose_{number}")


def tells_right_from_wrong(number):
    for _ in range(2):  # an input may be drawn or kept, but must be one each time
        assert_tells_apart(PAIRS[number], answer(number), ex18_expose)


def is_small_enough(number):
    assert_is_small(PAIRS[number], answer(number))


def test_expose_1_keeps_the_examples_of_its_docstring():
    keeps_examples(1)


def test_expose_1_tells_right_from_wrong():
    tells_right_from_wrong(1)


def test_expose_1_is_small_enough():
    is_small_enough(1)


def test_expose_2_keeps_the_examples_of_its_docstring():
    keeps_examples(2)


def test_expose_2_tells_right_from_wrong():
    tells_right_from_wrong(2)


def test_expose_2_is_small_enough():
    is_small_enough(2)


def test_expose_3_keeps_the_examples_of_its_docstring():
    keeps_examples(3)


def test_expose_3_tells_right_from_wrong():
    tells_right_from_wrong(3)


def test_expose_3_is_small_enough():
    is_small_enough(3)


def test_expose_4_keeps_the_examples_of_its_docstring():
    keeps_examples(4)


def test_expose_4_tells_right_from_wrong():
    tells_right_from_wrong(4)


def test_expose_4_is_small_enough():
    is_small_enough(4)


def test_expose_5_keeps_the_examples_of_its_docstring():
    keeps_examples(5)


def test_expose_5_tells_right_from_wrong():
    tells_right_from_wrong(5)


def test_expose_5_is_small_enough():
    is_small_enough(5)


def test_expose_6_keeps_the_examples_of_its_docstring():
    keeps_examples(6)


def test_expose_6_tells_right_from_wrong():
    tells_right_from_wrong(6)


def test_expose_6_is_small_enough():
    is_small_enough(6)


def test_expose_7_keeps_the_examples_of_its_docstring():
    keeps_examples(7)


def test_expose_7_tells_right_from_wrong():
    tells_right_from_wrong(7)


def test_expose_7_is_small_enough():
    is_small_enough(7)


def test_expose_8_keeps_the_examples_of_its_docstring():
    keeps_examples(8)


def test_expose_8_tells_right_from_wrong():
    tells_right_from_wrong(8)


def test_expose_8_is_small_enough():
    is_small_enough(8)
