"""It gives the values of the CPU: layers, losses, operations, factories and moves."""

import copy
import threading

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from accelerating import assert_equals_cpu, images, labels, seeded_net
from torch import nn

from kit.learner.accelerator.tensor import AccelTensor

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
