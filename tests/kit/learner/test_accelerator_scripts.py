"""What an ordinary training script does with its device works on the pretend accelerator, with the CPU's numbers."""

import pytest
import torch
from accelerating import assert_identical, on_cpu
from torch import nn

from kit.learner.without_dynamo import without_dynamo

LINES = {
    "autocast switched off": "with torch.autocast(d.type, enabled=False): r = net(x)",
    "autocast with a dtype, off": "with torch.autocast(device_type=d.type, dtype=torch.bfloat16, enabled=False): r = net(x)",
    "torch.amp.autocast": "with torch.amp.autocast(d.type, enabled=False): r = net(x)",
    "a gradient scaler, off": (
        "s = torch.amp.GradScaler(d.type, enabled=False); s.scale(net(x).sum()).backward(); s.step(opt); s.update(); r = net(x)"
    ),
    "waiting": "torch.get_device_module(d).synchronize() if d.type != 'cpu' else None; r = net(x)",
    "seeds": "torch.manual_seed(3); r = torch.randn(3).to(d)",
    "a generator": "r = torch.randn(3, generator=torch.Generator().manual_seed(0)).to(d)",
    "forked random numbers": "with torch.random.fork_rng(): torch.randn(3)\nr = torch.randn(3).to(d)",
    "non_blocking": "r = x.cpu().to(d, non_blocking=True)",
    "channels_last": "r = net.to(d, memory_format=torch.channels_last)(x.to(memory_format=torch.channels_last))",
    "new tensors": "r = torch.zeros(3, device=d) + torch.full((3,), 2.0, device=d) + torch.arange(3, device=d)",
    "tensors like others": "r = torch.full_like(x, 2.0) + x.new_ones(4)",
    "a permutation": "r = torch.randperm(5, device=d)",
    "counting hits": "r = (net(x).argmax(1) == y).sum()",
    "the best and where": "r = torch.max(net(x), dim=1).indices",
    "clipped gradients": "net(x).sum().backward(); nn.utils.clip_grad_norm_(net.parameters(), 1.0); r = net[0].weight.grad",
    "AdamW": "o = torch.optim.AdamW(net.parameters(), 0.1); net(x).sum().backward(); o.step(); r = net[0].weight",
    "momentum": "o = torch.optim.SGD(net.parameters(), 0.1, 0.9); net(x).sum().backward(); o.step(); r = net[0].weight",
    "zeroed in place": "net(x).sum().backward(); opt.zero_grad(set_to_none=False); r = net[0].weight.grad",
    "inference mode": "with torch.inference_mode(): r = net(x).clone()",
    "weighted loss": "r = nn.CrossEntropyLoss(weight=torch.ones(2, device=d), label_smoothing=0.1)(net(x), y)",
    "weights there and back": "net.load_state_dict({k: v.cpu() for k, v in net.state_dict().items()}); r = net(x)",
    "a copy": "import copy; r = copy.deepcopy(net)(x)",
    "as text": "f'{net(x).sum():.3f} {x!r} {net} {y.tolist()}'; r = x",
    "a device for a block": "with torch.device(d): r = torch.zeros(2) + 1",
    "a schedule": "s = torch.optim.lr_scheduler.StepLR(opt, 1); net(x).sum().backward(); opt.step(); s.step(); r = net(x)",
    "an average of weights": "with torch.no_grad(): [p.mul_(0.9).add_(torch.ones_like(p), alpha=0.1) for p in net.parameters()]\nr = net(x)",
    "chosen rows": "x[0] = 0; r = x[y]",
    "statistics": "r = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), keepdim=True)",
    "a condition": "r = x if torch.isfinite(net(x)).all() else None",
    "two kinds of half": "r = x.half().float() + x.bfloat16().float()",
    "as another": "r = torch.ones(2).type_as(x)",
}
ON_IT_ALONE = {
    "autocast": "with torch.autocast(d.type, dtype=torch.bfloat16): r = net(x)",
    "the device by name": "assert torch.accel.is_available() and torch.accel.device_count() == 1; torch.accel.get_device_name(0)",
    "memory": "torch.accel.empty_cache(); assert torch.accel.memory_allocated() >= 0",
    "seeds by device": "torch.accel.manual_seed(0); torch.accel.manual_seed_all(0)",
    "the current accelerator": "assert torch.accelerator.current_accelerator().type == d.type",
    "waiting for all": "torch.accelerator.synchronize(); torch.accel.synchronize()",
    "where it is": "assert x.device.type == d.type and x.get_device() == 0 and not x.is_cuda",
}


def after(code, device):
    """What the lines leave in r."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2)).to(device)
    x, y = torch.randn(5, 3, 4, 4).to(device), torch.tensor([0, 1, 1, 0, 1]).to(device)
    names = {"torch": torch, "nn": nn, "net": net, "x": x, "y": y, "d": device, "r": None}
    with without_dynamo():
        names["opt"] = torch.optim.SGD(net.parameters(), 0.1)
        exec(code, names)
    return names["r"]


@pytest.mark.parametrize("what", LINES)
def test_lines_of_a_script_give_the_numbers_of_the_cpu(what, device):
    got = after(LINES[what], device)
    assert got.device.type == device.type
    assert_identical(on_cpu(got), on_cpu(after(LINES[what], torch.device("cpu"))))


@pytest.mark.parametrize("what", ON_IT_ALONE)
def test_lines_that_only_a_device_knows_work(what, device):
    after(ON_IT_ALONE[what], device)


def test_waiting_for_the_device_is_given_back_as_it_was(device):
    inside = torch.accelerator.synchronize
    assert inside.__module__ != "torch.accelerator"


def test_outside_the_block_it_is_torchs_own():
    assert torch.accelerator.synchronize.__module__ == "torch.accelerator"
