"""The step that a GPU replays is the ordinary step, and trying it out leaves no trace; on the CPU it runs as it is."""

import itertools
from dataclasses import replace

import pytest
import torch

from kit.learner.without_dynamo import without_dynamo
from kit.pictures.images import Pictures, PictureSet
from kit.training import follow, graphed
from kit.training.follow import begin, evaluate, learn, train
from kit.training.graphed import Step, replayable, train_graphed
from kit.training.recipes import GRAPHED, STEPS, recipes_for

SMALL = replace(GRAPHED, bf16=False, batch_size=8, epochs=1)


@pytest.fixture
def sets():
    """Twenty dark pictures and twenty bright ones."""
    labels = torch.arange(40) % 2
    images = torch.rand(40, 3, 32, 32, generator=torch.Generator().manual_seed(0)) + labels[:, None, None, None]
    pictures = PictureSet(images, labels)
    return follow.prepare(Pictures(pictures, pictures, ("dark", "bright"), "noise"), torch.device("cpu"))


def two_nets():
    nets = []
    for _ in range(2):
        torch.manual_seed(3)
        nets.append(begin(SMALL, torch.device("cpu")))
    return nets


def test_the_step_is_that_of_sgd(sets):
    (net, optimizer), (other, _) = two_nets()
    step = Step(other, SMALL, sets)
    for rate, batch in ((0.1, range(8)), (0.05, range(8, 16)), (0.2, range(3, 11))):
        batch = torch.tensor([*batch])
        optimizer.param_groups[0]["lr"] = rate
        with without_dynamo():
            learn(net, optimizer, replace(SMALL, fast=True), sets.images[batch], sets.labels[batch])
        step.rate.fill_(rate)
        step.batch.copy_(batch)
        step()
    for mine, theirs in zip(other.state_dict().values(), net.state_dict().values(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)


def test_trying_the_step_out_leaves_no_trace(sets, monkeypatch):
    """In place of a capture, which needs a GPU, the step is made a few times."""

    def tried(step):
        for _ in range(3):
            step.rate.fill_(0.1)
            step()
        return step

    (_, _), (net, _) = two_nets()
    step = Step(net, SMALL, sets)
    before = [tensor.clone() for tensor in step.state()]
    addresses = [tensor.data_ptr() for tensor in step.state()]
    monkeypatch.setattr(graphed, "_captured", tried)
    monkeypatch.setattr(step, "batch", OnGpu(step.batch))
    replayable(step)
    assert all(map(torch.equal, step.state(), before))
    assert [tensor.data_ptr() for tensor in step.state()] == addresses


class OnGpu(torch.Tensor):
    """A tensor that says it is on a GPU."""

    __torch_function__ = torch._C._disabled_torch_function_impl
    is_cuda = True

    @staticmethod
    def __new__(cls, tensor):
        return tensor.as_subclass(cls)


def test_each_epoch_goes_through_other_batches_of_one_size(sets, monkeypatch):
    seen, rates = [], []
    recipe = replace(SMALL, epochs=2, batch_size=12)

    def replayed(step):
        return lambda: (seen.append(step.batch.tolist()), rates.append(step.rate.item()))

    monkeypatch.setattr(graphed, "replayable", replayed)
    train_graphed(begin(recipe, torch.device("cpu"))[0], recipe, sets, seed=1)
    assert [len(batch) for batch in seen] == [12] * 6
    first, second = ([*itertools.chain(*epoch)] for epoch in (seen[:3], seen[3:]))
    assert len({*first}) == len({*second}) == 36
    assert first != second
    assert rates[0] == 0 < max(rates) <= recipe.lr


def test_it_learns_what_is_easy_and_the_same_again_for_the_same_seed(sets):
    nets = [train(replace(SMALL, epochs=6, lr=0.05), sets, seed)[0] for seed in (1, 1, 2)]
    assert evaluate(GRAPHED, nets[0], sets) == 1
    same, other = (all(map(torch.equal, nets[0].parameters(), net.parameters())) for net in nets[1:])
    assert same
    assert not other


def test_only_cuda_is_offered_the_graph():
    assert recipes_for(torch.device("cpu")) == STEPS
    assert recipes_for(torch.device("cuda")) == (*STEPS, GRAPHED)
