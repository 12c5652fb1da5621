"""A training on it equals one on the CPU bit for bit, and one that forgets to move something is refused."""

import copy

import pytest
import torch
import torch.nn.functional as F
from accelerating import assert_equals_cpu, assert_identical, images, labels, on_cpu, seeded_net
from torch import nn

OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
    "AdamW for each": lambda parameters: torch.optim.AdamW(parameters, lr=0.01, foreach=True),
}


def train(place, make_optimizer, steps=4, missing=""):
    """Train for some steps; missing names what is not moved to the place: model, images or labels."""
    model = seeded_net() if "model" in missing else seeded_net().to(device=place)
    optimizer, losses = make_optimizer(model.parameters()), []
    torch.manual_seed(3)
    loader = torch.utils.data.DataLoader([*zip(images(), labels().tolist(), strict=True)], 2, shuffle=True)
    for step in range(steps):
        for x, y in loader:
            x, y = (x if "images" in missing else x.to(place)), (y if "labels" in missing else y.to(place))
            loss = nn.CrossEntropyLoss()(model(x), y)
            optimizer.zero_grad(set_to_none=step % 2 == 0)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            optimizer.step()
            losses.append(loss.item())
    return {
        "losses": losses,
        "weights": model.state_dict(),
        "gradients": [p.grad for p in model.parameters()],
    }


@pytest.mark.usefixtures("quick_optimizers")
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_equals_the_cpu_bit_for_bit(name, device):
    trained = train(device, OPTIMIZERS[name])
    assert all(tensor.device == device for tensor in [*trained["weights"].values(), *trained["gradients"]])
    assert_equals_cpu(lambda place: train(place, OPTIMIZERS[name]), device)


FORGOTTEN = ["model", "images", "labels", "images labels", "model labels", "model images"]


@pytest.mark.usefixtures("quick_optimizers")
@pytest.mark.parametrize("forgotten", FORGOTTEN)
def test_loop_that_forgets_to_move_something_is_refused(forgotten, device):
    with pytest.raises(RuntimeError, match="two devices, accel:0 and cpu!"):
        train(device, OPTIMIZERS["SGD"], missing=forgotten)


@pytest.mark.parametrize("no_graph", [torch.no_grad, torch.inference_mode])
def test_validation_equals_the_cpu(no_graph, device):
    def run(place):
        model = seeded_net().to(place).eval()
        with no_graph():
            predicted = torch.max(model(images().to(place)), dim=1)[1]
            assert not predicted.requires_grad
            return predicted, int((predicted == labels().to(place)).sum()), model.norm.num_batches_tracked

    assert_equals_cpu(run, device)


@pytest.mark.usefixtures("quick_optimizers")
def test_moved_model_keeps_its_parameters(device):
    model = seeded_net()
    before, optimizer = list(model.parameters()), torch.optim.SGD(model.parameters(), lr=0.1)
    assert model.to(device) is model
    assert all(
        old is new and isinstance(new, nn.Parameter) for old, new in zip(before, model.parameters(), strict=True)
    )
    assert {tensor.device for tensor in model.state_dict().values()} == {device}
    assert model.norm.num_batches_tracked.device == model.norm.running_mean.device == device
    F.cross_entropy(model(images().to(device)), labels().to(device)).backward()
    optimizer.step()
    weight = model.fc2.weight.detach().cpu()
    assert not torch.equal(weight, seeded_net().fc2.weight)
    assert torch.equal(model.cpu().fc2.weight, weight)
    assert type(model.fc2.weight) is nn.Parameter


def test_model_can_be_moved_again_while_a_graph_is_there(device):
    model = seeded_net().to(device)
    loss = model(images().to(device)).sum()
    weight = model.to(device).conv1.weight
    loss.backward()
    assert weight.grad.device == model.conv1.weight.grad.device == device


def test_deepcopy_of_a_model_is_its_own(device):
    model = seeded_net().to(device)
    F.cross_entropy(model(images().to(device)), labels().to(device)).backward()
    twin = copy.deepcopy(model)
    assert_identical(on_cpu(twin.state_dict()), on_cpu(model.state_dict()))
    assert_identical(on_cpu(twin.fc1.weight.grad), on_cpu(model.fc1.weight.grad))
    assert isinstance(twin.fc1.weight, nn.Parameter)
    assert twin.fc1.weight.device == device
    with torch.no_grad():
        twin.fc1.weight.zero_()
    assert model.fc1.weight.any()
