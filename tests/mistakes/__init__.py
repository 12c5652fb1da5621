"""Known wrong answers, one file for each exercise, and a few right ones written another way.

A mistake is a function or class that takes the place of the solution's, with a sentence that names the
misunderstanding and one on what to look at. `right` stands for the solution, so that most mistakes are one line:

    @mistake("conv2d", "the stride of the rows is used for the columns too", "a stride may be a pair")
    def one_stride_for_both(input, weight, bias=None, stride=1, padding=0):
        return right.conv2d(input, weight, bias, pair(stride)[0], padding)

The same misunderstanding in other words proves that it is named in code that nobody has seen before:

    @mistake("conv2d", same_as="one_stride_for_both")
    def loops_with_one_stride(input, weight, bias=None, stride=1, padding=0):
        ...

These files are read by kit/course/mistakes.py and never imported.
"""


def mistake(function: str, sentence: str = "", look: str = "", same_as: str = ""):
    """Mark a wrong answer: what it takes the place of, the misunderstanding, what to look at."""


def right_answer(function: str, sentence: str):
    """Mark a right answer: what it takes the place of, how it differs from the solution."""


right = None  # in the complete file: the solution's functions by name
