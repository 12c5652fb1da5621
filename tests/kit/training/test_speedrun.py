"""The recipes of the speedrun do what they say, and the command answers as every other does."""

import itertools
import re
from dataclasses import fields, replace

import pytest
import torch

from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import Pictures, PictureSet
from kit.training import follow, race, recipes, speedrun
from kit.training.follow import evaluate, train
from kit.training.recipes import STEPS, Recipe, rate_at, small_net

CPU = torch.device("cpu")
EVERYTHING = replace(STEPS[-1], epochs=2, batch_size=8)


@pytest.fixture
def sets():
    """Twenty dark pictures and twenty bright ones."""
    labels = torch.arange(40) % 2
    images = torch.rand(40, 3, 32, 32, generator=torch.Generator().manual_seed(0)) + labels[:, None, None, None]
    pictures = PictureSet(images, labels)
    return follow.prepare(Pictures(pictures, pictures, ("dark", "bright"), "noise"), CPU)


@pytest.fixture
def quick(monkeypatch):
    """The same steps, one epoch each."""
    steps = tuple(replace(step, epochs=1) for step in STEPS)
    monkeypatch.setattr(race, "recipes_for", lambda _: steps)


def test_each_step_changes_something_beside_its_name_and_epochs():
    for before, after in itertools.pairwise(STEPS):
        assert replace(after, what=before.what, epochs=before.epochs) != before
    assert STEPS[0] == Recipe(STEPS[0].what, epochs=100)


def test_the_rate_rises_from_zero_and_falls_to_zero():
    recipe = Recipe("", 1, lr=4.0, one_cycle=True)
    assert [rate_at(share, recipe) for share in (0, 0.125, 0.25, 0.625, 1)] == [0, 2, 4, 2, 0]
    assert rate_at(0.9, Recipe("", 1, lr=4.0)) == 4


def test_small_net_has_the_parameters_that_it_says():
    assert sum(parameter.numel() for parameter in small_net().parameters()) == 25746
    assert "25 746" in small_net.__doc__


@pytest.mark.parametrize("recipe", STEPS, ids=lambda recipe: recipe.what)
def test_every_recipe_trains_and_can_be_repeated(sets, recipe):
    recipe = replace(recipe, epochs=1, batch_size=20)
    with without_dynamo():
        (net, seconds), (again, _), (other, _) = (train(recipe, sets, seed) for seed in (1, 1, 2))
    first, same, different = (torch.cat([p.flatten() for p in n.parameters()]) for n in (net, again, other))
    assert torch.equal(first, same)
    assert not torch.equal(first, different)
    assert 0 < seconds < 60


def test_a_recipe_learns_what_is_easy(sets):
    with without_dynamo():
        net, _ = train(replace(EVERYTHING, epochs=4), sets, 0)
    assert evaluate(EVERYTHING, net, sets) == 1


def test_the_fast_loader_changes_nothing_but_the_time(sets):
    slow, fast = (replace(step, epochs=2, batch_size=16) for step in STEPS[:2])
    with without_dynamo():
        nets = [train(recipe, sets, 0)[0] for recipe in (slow, fast)]
    assert all(map(torch.equal, nets[0].parameters(), nets[1].parameters()))


def test_warming_up_ends_after_two_batches(sets, monkeypatch):
    learned = []
    monkeypatch.setattr(follow, "learn", lambda *arguments: learned.append(arguments))
    train(EVERYTHING, sets, 0, n_batches=2)
    assert len(learned) == 2


def test_an_answer_from_both_ways_is_the_same_for_the_mirror_image(sets):
    net, flipped = small_net(), replace_images(sets, sets.val_images.flip(3))
    torch.nn.init.normal_(net[-1].weight)
    assert evaluate(EVERYTHING, net, sets) == evaluate(EVERYTHING, net, flipped)


def replace_images(sets, images):
    return recipes.Sets(*(getattr(sets, field.name) for field in fields(sets)[:2]), images, sets.val_labels)


def test_validation_learns_nothing(sets):
    net = small_net()
    before = net[1].running_mean.clone()
    evaluate(EVERYTHING, net, sets)
    assert torch.equal(net[1].running_mean, before)


@pytest.mark.parametrize(("goal", "reached"), [(0, 2), (1.1, 0)])
def test_the_seeds_that_reach_the_goal_are_counted(quick, capsys, monkeypatch, goal, reached):
    monkeypatch.setattr(race, "GOAL", goal)
    speedrun.main(["--pictures", "20", "--seeds", "2"])
    assert f"\n{reached} of 2 reached {goal}; " in capsys.readouterr().out


def test_the_command_says_seconds_and_accuracy_of_each_seed(quick, capsys):
    assert speedrun.main(["--pictures", "20", "--seeds", "2"]) == 0
    screen = capsys.readouterr().out
    assert "Data: 20 + 4 drawn pictures, seed 0: not photographs. Device: cpu, " in screen
    assert len(re.findall(r"^seed \d +\d+\.\d\d s  accuracy [01]\.\d{4}  95 %", screen, re.MULTILINE)) == 2
    assert re.search(r"^\d of 2 reached 0.89; mean [01]\.\d{4}; the slowest took \d+\.\d\d s\.$", screen, re.MULTILINE)


def test_the_table_has_a_row_for_each_step(quick, capsys):
    assert speedrun.main(["--pictures", "20", "--table"]) == 0
    screen = capsys.readouterr().out
    for step in STEPS:
        assert re.search(rf"^ {re.escape(step.what)} +1 .* × \d+\.\d\d ", screen, re.MULTILINE), step.what
    assert "all together" in screen


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--device", "foo"], "Argument --device: there is no device 'foo' here; there is cpu"),
        (["--seeds", "0"], "Argument --seeds: '0' is no whole number from 1 to 999999999"),
        (["--data", "/nowhere"], "/nowhere is not a folder."),
    ],
)
def test_what_makes_no_sense_gets_one_sentence(capsys, arguments, sentence):
    try:
        status = speedrun.main(arguments)
    except SystemExit as end:
        status = end.code
    complaint = capsys.readouterr().err
    assert (status, complaint.count("\n")) == (2, 1)
    assert complaint.startswith(sentence)
