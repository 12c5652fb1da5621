"""Wrong answers without a name become entries of the bank, which then names them."""

import ast
import json
import shutil
import sys

import pytest
from made import RIGHT, write
from samples import EX03, a_failure, record_with

import processes
from kit.bench.kept import copy_checkout
from kit.grade import record
from kit.grade.__main__ import main
from kit.grade.misunderstandings import Case
from kit.grade.proposing import block, shown
from kit.learner import wall

UNKNOWN = {"cause": None, "got": "77", "want": "8", "account": "the number differs", "seen": "it is 69 more"}


def case(**failure):
    made = record_with({"conv_output_size": "wrong"}, failure=a_failure(**{**UNKNOWN, **failure}))
    exercise = next(each for each in made["exercises"] if each["found"])
    return Case(exercise, exercise["functions"][0])


def blocks_of(source, function="conv_output_size", exercise=EX03.name):
    return block(exercise, function, source, [case(), case()])


def test_a_block_has_what_the_function_needs_and_says_who_and_what():
    text = blocks_of("""
import math, json
MORE = 69
UNUSED = 1
def helper(n): return n + MORE
def conv_output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    '''What it does.'''
    return helper(math.floor(n))
""")
    assert text.startswith("# ex03_output_size.conv_output_size, 2 of those who handed it in: conv_output_size(10, 3)")
    (node,) = ast.parse(text).body
    assert [ast.literal_eval(each) for each in node.decorator_list[0].args] == [
        *("conv_output_size", "the number differs", "it is 69 more")
    ]
    assert node.name.startswith("seen_")
    assert "UNUSED" not in text
    assert "What it does" not in text
    names = {"mistake": lambda *_: lambda function: function}
    exec(text, names)
    assert names[node.name](8, 3) == 77


def test_one_that_calls_itself_still_does():
    text = blocks_of(
        "def conv_output_size(n, k, *, s=1):\n    return n if n < 2 else conv_output_size(n - 1, k, s=s)\n"
    )
    names = {"mistake": lambda *_: lambda function: function}
    exec(text, names)
    assert names[ast.parse(text).body[0].name](9, 3) == 1


def test_a_class_has_its_helpers_before_it():
    source = (
        "from torch import nn\ndef act(x): return x\nclass Net(nn.Module):\n    def forward(self, x): return act(x)\n"
    )
    *_, helper, own = ast.parse(blocks_of(source, "Net", "ex08_net")).body
    assert (helper.name, type(own)) == ("act", ast.ClassDef)


@pytest.mark.parametrize("source", ["conv_output_size = lambda n: n", "x = 1", "@deco\ndef conv_output_size(): pass"])
def test_what_is_not_written_as_a_function_is_left_out(source):
    assert blocks_of(source) == ""


def test_only_what_has_no_name_is_proposed_and_a_folder_without_it_gets_a_sentence(tmp_path, capsys):
    made = record_with({"conv_output_size": "wrong"})
    record.write(tmp_path / "ana.json", record.dumps(made))
    for folder, sentence in ((tmp_path, "has a name"), (tmp_path / "none", "There is no folder")):
        with pytest.raises(SystemExit) as end:
            main(["--propose", str(folder)])
        assert end.value.code == 2
        said = capsys.readouterr().err
        assert sentence in said
        assert len(said.splitlines()) == 1


ODD = "\n\ndef offset(): return 68\n\ndef same_padding(kernel_size):\n    return kernel_size // 2 + offset()\n"


@pytest.mark.slow
def test_a_block_that_is_pasted_into_the_bank_names_these_answers(tmp_path):
    """The way of a teacher: grade, propose, paste, grade again."""
    checkout = copy_checkout(tmp_path / "checkout")
    write(tmp_path / "class/ana", ex03_output_size=RIGHT + ODD)
    write(tmp_path / "class/bo", ex03_output_size=RIGHT + ODD.replace("offset", "more"))
    no_wall = ["--no-wall"] if wall.what_is_missing() else []
    where = {"cwd": checkout, "env": {"PYTHONPATH": str(checkout)}}

    def cause_of(name):
        command = ["--out", tmp_path / "out", "--examples", 15, "--seed", 3, *no_wall]
        done = processes.run(sys.executable, "-m", "kit.grade", *map(str, [tmp_path / "class", *command]), **where)
        made = json.loads((tmp_path / f"out/{name}.json").read_text())
        functions = {f["function"]: f for e in made["exercises"] for f in e["functions"]}
        assert done.stderr == ""
        return functions["same_padding"]["failure"]["cause"]

    assert cause_of("ana") is None
    text = shown(tmp_path / "out", tmp_path / "out/.files")
    assert text.count("@mistake") == 1
    with open(checkout / "tests/mistakes/ex03_output_size.py", "a") as bank:
        bank.write(f"\n\n{text}")
    shutil.rmtree(tmp_path / "out")
    name = next(node.name for node in ast.parse(text).body)
    assert [cause_of(each)["name"] for each in ("ana", "bo")] == [name] * 2
