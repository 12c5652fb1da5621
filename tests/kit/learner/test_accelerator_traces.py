"""It leaves no trace: outside its block, in imports, in other modes."""

import importlib
import sys
import textwrap
import types

import pytest
import torch
import torch.nn.functional as F
from accelerating import Net, images

import processes
from kit.learner.accelerator import accelerator
from kit.learner.without_dynamo import without_dynamo


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
        assert stand_in.disable(len, True, wrapping=False) is len
    assert "torch._dynamo" not in sys.modules


def test_real_dynamo_takes_its_place_when_it_is_needed(monkeypatch):
    real = types.SimpleNamespace(config="the real one")
    monkeypatch.setitem(sys.modules, "torch._dynamo", real)  # so that it is taken out again after the test
    del sys.modules["torch._dynamo"]
    monkeypatch.setattr(importlib, "import_module", lambda name: sys.modules.setdefault(name, real))
    with without_dynamo():
        assert sys.modules["torch._dynamo"].config == "the real one"
    assert sys.modules["torch._dynamo"] is real
