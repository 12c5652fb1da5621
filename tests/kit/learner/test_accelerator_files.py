"""Files are saved from it and loaded onto it, as map_location says."""

import copy
import io

import pytest
import torch
from accelerating import Net, assert_identical, on_cpu, seeded_net
from torch import nn

from kit.learner.accelerator import accelerator


@pytest.mark.parametrize(("source", "target"), [("cpu", "accel"), ("accel", "cpu"), ("accel", "accel")])
@pytest.mark.usefixtures("device")
def test_load_state_dict_copies_between_devices(source, target):
    model, state = Net().to(target), seeded_net().to(source).state_dict()
    model.load_state_dict(state)
    assert {tensor.device.type for tensor in model.state_dict().values()} == {target}
    assert_identical(on_cpu(model.state_dict()), on_cpu(seeded_net().state_dict()))
    copy.deepcopy(model)


def saved(thing):
    file = io.BytesIO()
    torch.save(thing, file)
    return file.getvalue()


def loaded(content, **options):
    return torch.load(io.BytesIO(content), weights_only=True, **options)


LOCATIONS = [
    (None, "accel"),
    ("accel", "accel"),
    ("accel:0", "accel"),
    ("cpu", "cpu"),
    (torch.device("cpu"), "cpu"),
    ({"accel:0": "cpu"}, "cpu"),
    (lambda storage, _: storage, "cpu"),
]


@pytest.mark.parametrize(("map_location", "where"), LOCATIONS)
def test_file_from_the_accelerator_is_loaded_where_map_location_says(map_location, where, device):
    state = loaded(saved(seeded_net().to(device).state_dict()), map_location=map_location)
    assert {tensor.device.type for tensor in state.values()} == {where}
    assert_identical(on_cpu(dict(state)), on_cpu(dict(seeded_net().state_dict())))
    copy.deepcopy(state)
    assert loaded(saved(state))["fc1.bias"].device.type == where


def test_file_from_the_cpu_is_loaded_onto_the_accelerator(device):
    state = loaded(saved(seeded_net().state_dict()), map_location=device)
    assert {tensor.device for tensor in state.values()} == {device}


def test_whole_model_is_saved_with_its_parameters(device):
    content = saved(seeded_net().to(device))
    model = torch.load(io.BytesIO(content), weights_only=False)
    assert all(isinstance(p, nn.Parameter) and p.device == device and p.requires_grad for p in model.parameters())
    with pytest.raises(Exception, match="Weights only load failed"):
        loaded(content)


def test_file_needs_map_location_on_a_machine_without_accelerator():
    with accelerator() as device:
        content = saved(seeded_net().to(device).state_dict())
    with pytest.raises(RuntimeError, match="Attempting to deserialize object on an accel device but"):
        loaded(content)
    assert loaded(content, map_location="cpu")["fc1.bias"].device.type == "cpu"
