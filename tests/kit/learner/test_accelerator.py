"""The pretend accelerator gives the values of the CPU, the refusals of a GPU, and leaves no trace."""

import copy
import importlib
import io
import sys
import textwrap
import threading
import types

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import processes
from kit.learner.accelerator import FOREIGN_INDEX, MIXED, AccelTensor, accelerator
from kit.learner.without_dynamo import without_dynamo


@pytest.fixture
def device():
    with accelerator() as device:
        yield device


@pytest.fixture
def quick_optimizers():
    with without_dynamo():
        yield


def images():
    return torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def labels():
    return torch.tensor([0, 2, 1, 2])


class Net(nn.Module):
    """Every layer that the exercises or their variants use. Shape: (N, 3, 8, 8) -> (N, 3)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 4, 3, padding=1)
        self.fc1 = nn.Linear(16, 5)
        self.fc2 = nn.Linear(5, 3)

    def forward(self, x):
        out = F.max_pool2d(torch.tanh(self.norm(self.conv1(x))), 2)  # (N, 6, 4, 4)
        out = F.avg_pool2d(F.leaky_relu(self.conv2(out)), 2)  # (N, 4, 2, 2)
        out = F.dropout(out.view(-1, 16), 0.3, self.training)
        return self.fc2(torch.sigmoid(F.relu(self.fc1(out), inplace=True)))


def seeded_net():
    torch.manual_seed(0)
    return Net()


def on_cpu(answer):
    """Take tensors in tuples, lists and dicts to the CPU."""
    if isinstance(answer, torch.Tensor):
        return answer.detach().cpu()
    if isinstance(answer, dict):
        return {key: on_cpu(value) for key, value in answer.items()}
    return [on_cpu(part) for part in answer] if isinstance(answer, (tuple, list)) else answer


def assert_identical(got, want):
    assert type(got) is type(want)
    if isinstance(want, torch.Tensor):
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        assert torch.equal(got, want), f"{got} is not {want}"
    elif isinstance(want, (dict, list)):
        assert len(got) == len(want)
        for key in want if isinstance(want, dict) else range(len(want)):
            assert_identical(got[key], want[key])
    else:
        assert got == want


def assert_equals_cpu(function, device):
    """Run function(device) on both devices from one seed; what comes out must have the same bits."""
    torch.manual_seed(7)
    want = on_cpu(function(torch.device("cpu")))
    torch.manual_seed(7)
    assert_identical(on_cpu(function(device)), want)


LAYERS = [
    nn.Conv2d(3, 5, 3, padding=1),
    nn.Conv2d(3, 6, (2, 3), stride=2, bias=False, groups=3),
    nn.Linear(8, 2),
    nn.MaxPool2d(2),
    nn.MaxPool2d(3, stride=2, padding=1),
    nn.AvgPool2d(2),
    nn.AdaptiveAvgPool2d(1),
    nn.Tanh(),
    nn.ReLU(),
    nn.ReLU(inplace=True),
    nn.LeakyReLU(0.1),
    nn.Sigmoid(),
    nn.Softmax(dim=1),
    nn.LogSoftmax(dim=1),
    nn.Dropout(0.3),
    nn.Dropout2d(),
    nn.BatchNorm2d(3),
    nn.BatchNorm2d(3, momentum=0.2).eval(),
    nn.ConvTranspose2d(3, 2, 3, stride=2),
    nn.Flatten(),
    nn.Identity(),
    nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3)),
]


@pytest.mark.parametrize("layer", LAYERS, ids=str)
def test_layers_and_their_gradients_equal_the_cpu(layer, device):
    def run(place):
        own = copy.deepcopy(layer).to(place)
        x = images().to(place).requires_grad_()
        out = own(x * 1)
        out.pow(2).sum().backward()
        places = [out, x.grad, *own.parameters(), *own.buffers(), *(p.grad for p in own.parameters())]
        assert all(tensor.device == place for tensor in places)
        return places

    assert_equals_cpu(run, device)


LOSSES = {
    "cross entropy": nn.CrossEntropyLoss(),
    "cross entropy, summed": nn.CrossEntropyLoss(reduction="sum", label_smoothing=0.1),
    "negative log likelihood": lambda out, y: nn.NLLLoss()(F.log_softmax(out, dim=1), y),
    "mean squared error": lambda out, y: nn.MSELoss()(out, F.one_hot(y, 3).to(out.dtype)),
    "absolute": lambda out, y: nn.L1Loss()(out, F.one_hot(y, 3).float()),
    "binary": lambda out, y: nn.BCEWithLogitsLoss()(out[:, 1], (y == 1).float()),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_equal_the_cpu(name, device):
    def run(place):
        out = images().flatten(1)[:, :3].to(place).requires_grad_()
        loss = LOSSES[name](out, labels().to(place))
        loss.backward()
        assert loss.device == out.grad.device == place
        return loss, loss.item(), out.grad

    assert_equals_cpu(run, device)


def _assigned(x):
    x = x.clone()
    x[0] = 1.0
    x[1, 2] = torch.tensor(5.0)
    x[:, 1, ::2] += 1
    x[x < 0] = 0.5
    x[2, 0] = x[3, 0]
    return x


def _assigned_in_graph(x):
    w = torch.ones(3, device=x.device, requires_grad=True)
    y = x[:, :, 0, 0] * w
    y[0] = 2.0
    y[:, 1] *= 3
    y.relu_().sum().backward()
    return y, w.grad


def _reassigned_data(x):
    w = torch.ones(3, device=x.device, requires_grad=True)
    (w * x[0, :, 0, 0]).sum().backward()
    w.data = w.data - 0.1 * w.grad
    w.data -= 0.1 * w.grad.data
    w.grad.zero_()
    return w, w.grad, (w * 2).sum()


OPERATIONS = {
    "view": lambda x: x.view(4, -1),
    "reshape": lambda x: x.transpose(1, 3).reshape(-1, 3),
    "permute": lambda x: (x.permute(0, 2, 3, 1), x.permute(0, 2, 3, 1).contiguous(), x[0, 0].T),
    "new shape in place": lambda x: (x.clone().unsqueeze_(0).shape, x.clone().transpose_(1, 2)[:, 1]),
    "strides": lambda x: (
        x[:, 1].stride(),
        x.mT.is_contiguous(),
        x.to(memory_format=torch.channels_last).stride(),
    ),
    "cat and stack": lambda x: (
        torch.cat([x, x]),
        torch.stack([x[0], x[1]], dim=1),
        torch.cat([x[:1]], dim=1),
    ),
    "split": lambda x: (x.chunk(2), x.split(3), x.unbind(1)),
    "index": lambda x: (
        x[1],
        x[:, 1:, ::2],
        x[..., -1],
        x[[0, 2]],
        x[x > 0],
        x[torch.tensor([1, 0])],
        x[None],
    ),
    "gather": lambda x: x.gather(1, x.argmax(1, keepdim=True)),
    "assign": _assigned,
    "assign in a graph": _assigned_in_graph,
    "reassign data": _reassigned_data,
    "scalars": lambda x: (x + 1, 2 - x, x * True, 1 / x, x**2, x // 1, -x, x.add(1, alpha=2), x @ x.mT),
    "a scalar from the CPU": lambda x: (
        x + torch.tensor(2.0),
        torch.tensor(2) * x,
        x.mul_(torch.tensor(0.5)),
    ),
    "where": lambda x: (torch.where(x > 0, x, 0.0), x.masked_fill(x > 0, 1.0), x.clamp(min=0)),
    "largest": lambda x: (
        x.max(),
        *x.max(dim=1),
        torch.max(x, dim=2)[1],
        x.argmax(),
        x.argmax(dim=1),
        x.topk(2),
    ),
    "sums": lambda x: (
        x.sum(),
        x.mean((0, 2)),
        x.std(dim=(0, 2, 3), unbiased=False),
        x.norm(),
        x.var(),
        x.any(),
    ),
    "compare": lambda x: (
        (x == x).sum(),
        x.eq(0),
        x.ne(0),
        x > 0,
        x <= x[0],
        torch.equal(x, x),
        torch.allclose(x, x),
    ),
    "python numbers": lambda x: (
        x[0, 0, 0, 0].item(),
        float(x.sum()),
        int(x.sum()),
        bool(x.sum()),
        x.tolist(),
    ),
    "a list's index": lambda x: "abc"[x.argmax() % 3],
    "iterate": lambda x: (list(x), len(x), 0.25 in x, f"{x.sum():.3f}"),
    "types": lambda x: (x.double(), x.long(), x.to(torch.float16), x.type(torch.int32), x.half().to(x.dtype)),
    "copies": lambda x: (
        x.clone(),
        x.detach(),
        x.data,
        torch.zeros_like(x).copy_(x),
        x.new_tensor([1, 2]),
        x.numel(),
    ),
    "fill": lambda x: (
        x.new_zeros(2),
        x.clone().zero_(),
        x.clone().fill_(3),
        torch.ones_like(x),
        x.new_full((2,), 4),
    ),
    "random": lambda x: (
        torch.rand_like(x),
        x.clone().uniform_(-1, 1),
        x.clone().normal_(),
        torch.bernoulli(x * 0),
    ),
    "output argument": lambda x: torch.add(x, x, out=torch.empty(0, device=x.device)),
    "tensor of tensors": lambda x: torch.tensor([x.sum(), x.mean()], device=x.device),
    "unfold": lambda x: (F.unfold(x, 3), F.pad(x, (1, 2)), F.interpolate(x, scale_factor=2)),
    "einsum": lambda x: torch.einsum("nchw,nchw->nc", x, x),
    "confusion": lambda x: torch.bincount((x > 0).flatten().long() * 2, minlength=4),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_equal_the_cpu(name, device):
    assert_equals_cpu(lambda place: OPERATIONS[name](images().to(place)), device)


FACTORIES = {
    "zeros": lambda place: torch.zeros(2, 3, device=place),
    "ones": lambda place: torch.ones(2, dtype=torch.int64, device=place),
    "empty": lambda place: torch.empty(2, 0, device=place),
    "full": lambda place: torch.full((2,), 3.0, device=place),
    "arange": lambda place: torch.arange(1, 7, 2, device=place),
    "linspace": lambda place: torch.linspace(0, 1, 3, device=place),
    "eye": lambda place: torch.eye(3, device=place),
    "tensor": lambda place: torch.tensor([[1, 2], [3, 4]], device=place),
    "tensor with gradient": lambda place: torch.tensor([1.0], device=place, requires_grad=True),
    "as_tensor": lambda place: torch.as_tensor(np.ones(2), device=place),
    "randn": lambda place: torch.randn(3, device=place),
    "rand": lambda place: torch.rand(3, 2, device=place),
    "randint": lambda place: torch.randint(0, 9, (5,), device=place),
    "randperm": lambda place: torch.randperm(5, device=place),
    "zeros_like": lambda place: torch.zeros_like(images(), device=place),
    "new_zeros": lambda place: images().new_zeros(2, device=place),
    "linear layer": lambda place: nn.Linear(2, 3, device=place).weight,
    "norm layer": lambda place: nn.BatchNorm2d(3, device=place).running_var,
    "parameter": lambda place: nn.Parameter(torch.ones(2, device=place)),
}


@pytest.mark.parametrize("name", FACTORIES)
@pytest.mark.parametrize("spelling", ["accel", "accel:0", torch.device("cpu")], ids=str)
def test_factories_make_their_tensor_on_the_device(name, spelling, device):
    assert_equals_cpu(FACTORIES[name], device)
    assert FACTORIES[name](spelling).device == (spelling if isinstance(spelling, torch.device) else device)


def test_default_device_is_obeyed(device):
    with device:
        assert torch.ones(2).device == nn.Linear(1, 1).weight.device == device
    assert torch.ones(2).device.type == "cpu"


MOVES = {
    "device": lambda x, device: x.to(device),
    "keyword": lambda x, device: x.to(device=device, non_blocking=True),
    "name": lambda x, _: x.to("accel"),
    "name and number": lambda x, _: x.to("accel:0", torch.float64).float(),
    "other": lambda x, device: x.to(torch.zeros(1, device=device)),
    "type_as": lambda x, device: x.type_as(torch.zeros(1, device=device)),
    "copy_": lambda x, device: torch.zeros(4, 3, 8, 8, device=device).copy_(x),
}


@pytest.mark.parametrize("name", MOVES)
def test_to_moves_there_and_back(name, device):
    x = images()
    there = MOVES[name](x, device)
    assert isinstance(there, AccelTensor)
    assert there.device == device
    assert there.device.type == "accel"
    assert there.to(device) is there
    assert x.to("cpu") is x
    assert not there.is_cuda
    assert not there.is_cpu
    for back in (
        there.cpu(),
        there.to("cpu"),
        there.to(x),
        there.to(device="cpu"),
        torch.zeros_like(x).copy_(there),
    ):
        assert type(back) is torch.Tensor
        assert torch.equal(back, x)
    there.zero_()
    assert x.any()
    assert back.any()


def test_gradient_flows_through_a_move(device):
    x = images().requires_grad_()
    (x.to(device) * 2).cpu().sum().backward()
    assert type(x.grad) is torch.Tensor
    assert torch.equal(x.grad, torch.full_like(x, 2))


def test_backward_stays_in_the_calling_thread(device):
    x, threads = torch.ones(2, device=device, requires_grad=True), []
    x.register_hook(lambda _: threads.append(threading.get_ident()))
    (x * x).sum().backward()
    assert threads == [threading.get_ident()]


def test_numpy_is_refused_as_cuda_does(device):
    x = torch.ones(2, device=device)
    for call in (x.numpy, lambda: np.asarray(x), lambda: np.stack([x, x])):
        with pytest.raises(TypeError, match=r"can't convert accel:0 device type tensor to numpy\. Use Tensor\.cpu\(\)"):
            call()
    assert x.cpu().numpy().tolist() == [1, 1]


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine can do it")
def test_cuda_raises_an_ordinary_error(device):
    for call in (images().cuda, images().to(device).cuda, seeded_net().to(device).cuda):
        with pytest.raises((RuntimeError, AssertionError)):
            call()


def test_tensors_print_with_their_device(device):
    x = torch.tensor([1.0, 2.0], device=device)
    assert str(x) == "tensor([1., 2.], device='accel:0')"
    assert str(x.device) == "accel:0"
    assert repr(x * nn.Parameter(x)) == "tensor([1., 4.], device='accel:0', grad_fn=<MulBackward0>)"
    assert str(nn.Parameter(x)) == "Parameter containing:\ntensor([1., 2.], device='accel:0', requires_grad=True)"
    assert f"{x.sum():.1f} {x[:1]}" == "3.0 tensor([1.], device='accel:0')"


MIXES = {
    "add": lambda far, near: far + near,
    "in place": lambda far, near: near.add_(far),
    "scalar from the accelerator": lambda far, near: near * far.sum(),
    "total on the CPU": lambda far, near: near.sum().add_(far.sum()),
    "stack": lambda far, near: torch.stack([far.sum(), near.sum()]),
    "cat": lambda far, near: torch.cat([near, far]),
    "equal": lambda far, near: torch.equal(near, far),
    "compare": lambda far, near: (near.argmax(1) == far.argmax(1)).sum(),
    "conv2d": lambda far, near: F.conv2d(near, far),
    "bias": lambda far, near: F.conv2d(far, far, near[:, 0, 0, 0]),
    "linear": lambda far, near: F.linear(far[0, 0], near[0, 0], near[0, 0, 0]),
    "norm": lambda far, near: F.batch_norm(far, near[0, :, 0, 0], near[0, :, 0, 0]),
    "matmul": lambda far, near: near @ far,
    "mean squared error": lambda far, near: F.mse_loss(far, near),
    "cross entropy": lambda far, near: F.cross_entropy(far[:, :, 0, 0], near[:, 0, 0, 0].long().clamp(0, 2)),
    "one picture's label": lambda far, near: F.cross_entropy(far[0, :, 0, 0], near.argmax() * 0),
    "where": lambda far, near: torch.where(far > 0, far, near),
    "values": lambda far, near: far.index_put_((far > 0,), near[near > 0]),
    "output argument": lambda far, near: torch.add(far, far, out=near),
}


@pytest.mark.parametrize("name", MIXES)
def test_mixed_devices_raise_the_sentence_of_cuda(name, device):
    with pytest.raises(RuntimeError) as refusal:
        MIXES[name](images().to(device), images())
    assert str(refusal.value) == MIXED
    assert MIXED == ("Expected all tensors to be on the same device, but found at least two devices, accel:0 and cpu!")


def test_mask_from_the_accelerator_does_not_index_a_cpu_tensor(device):
    mask = torch.tensor([True, False, True, False], device=device)
    with pytest.raises(RuntimeError) as refusal:
        images()[mask]
    assert str(refusal.value) == FOREIGN_INDEX


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


def test_device_is_refused_outside_the_block():
    with accelerator() as device:
        assert torch.accel.is_available()
        assert torch.accelerator.is_available()
    assert not torch.accel.is_available()
    assert not torch.accelerator.is_available()
    for call in (
        lambda: images().to(device),
        lambda: torch.zeros(1, device="accel"),
        lambda: Net().to(device),
    ):
        with pytest.raises(RuntimeError, match="There is no accel device on this machine"):
            call()


def test_block_restores_what_it_found():
    swaps = torch.__future__.get_swap_module_params_on_conversion
    assert not swaps()
    with accelerator():
        with accelerator():
            assert swaps()
        assert swaps()
        assert torch.zeros(1, device="accel").device.type == "accel"
    assert not swaps()


def fail_on_the_accelerator():
    with accelerator():
        raise KeyError


def test_block_restores_it_after_an_error_too():
    with pytest.raises(KeyError):
        fail_on_the_accelerator()
    assert not torch.__future__.get_swap_module_params_on_conversion()
    assert not torch.accel.is_available()


def run_in_fork(code):
    """Run code in a fork of a process that imported torch and did nothing else; return what it prints."""
    program = "import os, sys, torch\nif os.fork():\n    sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))\n"
    program += textwrap.dedent(code)
    done = processes.run(sys.executable, "-c", program, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_training_in_a_fork_imports_nothing_slow():
    printed = run_in_fork("""
        import io
        from torch import nn
        from kit.learner.accelerator import accelerator
        from kit.learner.without_dynamo import without_dynamo

        with without_dynamo(), accelerator() as device:
            model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(72, 2))
            model.to(device)
            for make in (torch.optim.SGD, torch.optim.Adam):
                optimizer = make(model.parameters(), lr=0.01)
                x, y = torch.randn(4, 3, 8, 8), torch.tensor([0, 1, 1, 0])
                for x, y in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 2):
                    optimizer.zero_grad()
                    loss = nn.CrossEntropyLoss()(model(x.to(device)), y.to(device))
                    loss.backward()
                    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                    optimizer.step()
                optimizer.load_state_dict(optimizer.state_dict())
            file = io.BytesIO()
            torch.save(model.state_dict(), file)
            file.seek(0)
            model.load_state_dict(torch.load(file, map_location=device, weights_only=True))
            print(loss.device, f"{loss:.0e}" != "0e+00")
        slow = {"torch._dynamo", "torch.distributed.tensor", "sympy", "torchvision", "matplotlib"}
        print(*slow & set(sys.modules))
    """)
    assert printed == ["accel:0", "True"]


class Watch(torch.overrides.TorchFunctionMode):
    """The names of the functions that were called."""

    def __init__(self):
        self.seen = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.seen.append(func.__name__)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("order", ["above", "below"])
def test_another_mode_sees_the_same_calls_as_on_the_cpu(order):
    def watched(place):
        with Watch() as watch:
            out = F.conv2d(images().to(place), images().to(place)).relu()
            assert (out > 0).sum().item() >= 0
            assert out.device == torch.device(place)
        return watch.seen

    if order == "above":
        with accelerator():
            seen = watched("accel:0")
    else:
        with Watch() as outer, accelerator():
            seen = watched("accel:0")
        assert [name for name in outer.seen if name in ("conv2d", "relu", "to")] == [
            "to",
            "to",
            "conv2d",
            "relu",
        ]
    assert seen == watched("cpu")
    assert "conv2d" in seen


def test_optimizers_do_not_ask_for_the_real_dynamo(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch._dynamo", raising=False)
    monkeypatch.setattr(importlib, "import_module", lambda name: pytest.fail(f"{name} is imported"))
    with without_dynamo():
        stand_in = sys.modules["torch._dynamo"]
        assert not hasattr(stand_in, "__file__")
        assert stand_in.disable(train, True, wrapping=False) is train
    assert "torch._dynamo" not in sys.modules


def test_real_dynamo_takes_its_place_when_it_is_needed(monkeypatch):
    real = types.SimpleNamespace(config="the real one")
    monkeypatch.setitem(sys.modules, "torch._dynamo", real)  # so that it is taken out again after the test
    del sys.modules["torch._dynamo"]
    monkeypatch.setattr(importlib, "import_module", lambda name: sys.modules.setdefault(name, real))
    with without_dynamo():
        assert sys.modules["torch._dynamo"].config == "the real one"
    assert sys.modules["torch._dynamo"] is real
