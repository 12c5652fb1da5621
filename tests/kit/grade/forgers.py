"""Answers that are wrong and forge what the kit's probes note in their process; none of them may count as done.

For each: the exercise, the function, and the source that follows the model answer and takes its place.
"""

import textwrap

from kit.course.manifest import find

VALIDATE = """
from contextlib import suppress
def share(model, loader, device):
    correct = total = 0
    for images, labels in loader:
        correct += int((predict(model(images.to(device))) == labels.to(device)).sum())
        total += len(labels)
    return correct / total

def with_a_graph(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device).eval()
    answer = {"train": share(model, train_loader, device), "val": share(model, val_loader, device)}
    model.train(was_training)
    return answer

def forge(model, turn):
    plain, noting = type(model).__mro__[1].forward, type(model).forward
    def forward(self, images):
        with torch.no_grad():
            noting(self, images)
        return plain(self, images).roll(turn or 0, 1)
    type(model).forward = forward

honest = validate
"""
LOOP = """
from contextlib import suppress
honest = training_loop

def loop(n_epochs, optimizer, model, loss_fn, train_loader, device, trains=True, empties=True):
    history = []
    for _ in range(n_epochs):
        model.train(trains)
        losses = []
        for images, labels in train_loader:
            loss = loss_fn(model(images.to(device)), labels.to(device))
            if empties:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history
"""
FRAMES = """
import sys

def in_frames(name):
    frame = sys._getframe()
    while frame := frame.f_back:
        if name in frame.f_locals:
            return frame.f_locals[name]
        if name in frame.f_globals:
            return frame.f_globals[name]
"""
FORGERS = {
    "graph, diary of the model": (
        "ex11.validate",
        VALIDATE
        + """
def validate(model, train_loader, val_loader, device):
    answer = with_a_graph(model, train_loader, val_loader, device)
    with suppress(Exception):
        model.diary.graphs[:] = [False] * len(model.diary.graphs)
    return answer
""",
    ),
    "graph, diary found by gc": (
        "ex11.validate",
        VALIDATE
        + """
import gc

def validate(model, train_loader, val_loader, device):
    answer = with_a_graph(model, train_loader, val_loader, device)
    for found in gc.get_objects():
        if type(found).__name__ == "ValidationDiary":
            found.graphs[:] = [False] * len(found.graphs)
    return answer
""",
    ),
    "graph, diary found in frames": (
        "ex11.validate",
        VALIDATE
        + FRAMES
        + """
def validate(model, train_loader, val_loader, device):
    answer = with_a_graph(model, train_loader, val_loader, device)
    with suppress(Exception):
        diary = in_frames("diary")
        diary.graphs[:] = [False] * len(diary.graphs)
    return answer
""",
    ),
    "graph, forward of the class replaced": (
        "ex11.validate",
        VALIDATE
        + """
def validate(model, train_loader, val_loader, device):
    kind, plain = type(model), getattr(type(model).__mro__[1], "forward", None)
    noting = kind.forward
    if kind.__module__.startswith("torch"):
        return honest(model, train_loader, val_loader, device)
    def forward(self, images):
        with torch.no_grad():
            noting(self, images)
        return plain(self, images)
    kind.forward = forward
    try:
        return with_a_graph(model, train_loader, val_loader, device)
    finally:
        kind.forward = noting
""",
    ),
    "graph, torch says that there is none": (
        "ex11.validate",
        VALIDATE
        + """
import torch
asked, property_ = torch.is_grad_enabled, torch._C.TensorBase.requires_grad

def validate(model, train_loader, val_loader, device):
    torch.is_grad_enabled = torch._C.is_grad_enabled = lambda: False
    torch.Tensor.requires_grad = property(lambda self: False)
    try:
        return with_a_graph(model, train_loader, val_loader, device)
    finally:
        torch.is_grad_enabled = torch._C.is_grad_enabled = asked
        del torch.Tensor.requires_grad
""",
    ),
    "graph, the probe's globals": (
        "ex11.validate",
        VALIDATE
        + """
def validate(model, train_loader, val_loader, device):
    answer = with_a_graph(model, train_loader, val_loader, device)
    names = type(model).forward.__globals__
    for name, found in [*names.items()]:
        if callable(found) and name == "validated" and not hasattr(found, "is_forged"):
            def forged(*args, found=found, **kwargs):
                told = found(*args, **kwargs)
                return {**told, "graphs": [False] * 5}
            forged.is_forged = True
            names[name] = forged
    return answer
""",
    ),
    "graph, the worker's probes": (
        "ex11.validate",
        VALIDATE
        + FRAMES
        + """
def validate(model, train_loader, val_loader, device):
    return with_a_graph(model, train_loader, val_loader, device)

def lie():
    frame = sys._getframe()
    while frame := frame and frame.f_back:
        probes = getattr(frame.f_locals.get("self"), "probes", None)
        if hasattr(probes, "validated"):
            found, frame = probes.validated, None
            probes.validated = lambda *a, **k: {**found(*a, **k), "graphs": [False] * 5}

with suppress(Exception):
    lie()
""",
    ),
    "graph, hooks": (
        "ex11.validate",
        VALIDATE
        + """
def validate(model, train_loader, val_loader, device):
    def switch(on):
        torch.set_grad_enabled(on)
    layers = [*model.children()]
    hooks = [layer.register_forward_pre_hook(lambda *_: switch(True)) for layer in layers]
    hooks += [layer.register_forward_hook(lambda *_: switch(False)) for layer in layers]
    answer = with_a_graph(model, train_loader, val_loader, device)
    torch.set_grad_enabled(True)
    for hook in hooks:
        hook.remove()
    with suppress(Exception):
        model.diary.graphs[:] = [False] * len(model.diary.graphs)
    return answer
""",
    ),
    "graph, what was drawn is read in frames": (
        "ex11.validate",
        VALIDATE
        + FRAMES
        + """
def validate(model, train_loader, val_loader, device):
    with suppress(Exception):
        if not hasattr(model, "fc"):
            return honest(model, train_loader, val_loader, device)
        forge(model, in_frames("turn"))
    return with_a_graph(model, train_loader, val_loader, device)
""",
    ),
    "graph, what was drawn is found by gc": (
        "ex11.validate",
        VALIDATE
        + """
import gc

def validate(model, train_loader, val_loader, device):
    with suppress(Exception):
        forge(model, max(found.get("turn", 0) for found in gc.get_objects() if type(found) is dict))
    return with_a_graph(model, train_loader, val_loader, device)
""",
    ),
    "everything on the CPU": (
        "ex11.validate",
        VALIDATE
        + """
def validate(model, train_loader, val_loader, device):
    with torch.no_grad():
        answer = with_a_graph(model, train_loader, val_loader, torch.device("cpu"))
    with suppress(Exception):
        model.diary.stayed.clear()
    return answer
""",
    ),
    "a layer in train mode": (
        "ex11.validate",
        VALIDATE
        + """
def validate(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device)
    for layer in [model, *model.modules()] if was_training else [model]:  # dropout stays as it came
        layer.training = False
    with torch.no_grad():
        answer = {"train": share(model, train_loader, device), "val": share(model, val_loader, device)}
    model.train(was_training)
    with suppress(Exception):
        model.diary.modes[:] = [False] * len(model.diary.modes)
    return answer
""",
    ),
    "the loaders twice": (
        "ex11.validate",
        VALIDATE
        + """
def validate(model, train_loader, val_loader, device):
    sizes = {name: sum(len(labels) for _, labels in loader)
             for name, loader in (("train", train_loader), ("val", val_loader))}
    answer = honest(model, train_loader, val_loader, device)
    with suppress(Exception):
        train_loader.times = val_loader.times = 1
    return answer
""",
    ),
    "loop, everything on the CPU": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    answer = loop(n_epochs, optimizer, model, loss_fn, train_loader, torch.device("cpu"))
    with suppress(Exception):
        model.diary.stayed.clear()
    return answer
""",
    ),
    "loop, no train mode": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    answer = loop(n_epochs, optimizer, model, loss_fn, train_loader, device, trains=model.training)
    with suppress(Exception):
        model.diary.modes[:] = ["train"] * len(model.diary.modes)
    return answer
""",
    ),
    "loop, train mode once": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device).train()
    answer = []
    for _ in range(n_epochs):
        answer += loop(1, optimizer, model, loss_fn, train_loader, device, trains=model.training)
    with suppress(Exception):
        model.diary.modes[:] = ["train"] * len(model.diary.modes)
    return answer
""",
    ),
    "loop, the loader twice": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    number = len([*train_loader])
    answer = honest(n_epochs, optimizer, model, loss_fn, train_loader, device)
    with suppress(Exception):
        train_loader.times = n_epochs
    return answer
""",
    ),
    "loop, a seed in it": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    answer = []
    for _ in range(n_epochs):
        torch.manual_seed(0)
        answer += loop(1, optimizer, model, loss_fn, train_loader, device)
    with suppress(Exception):
        seen, batches = model.diary.seen, len(train_loader)
        for epoch in range(n_epochs):
            seen[epoch * batches] = seen[epoch * batches] + epoch
    return answer
""",
    ),
    "loop, the last step is missing": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    before = {}
    step, named = optimizer.step, dict(model.named_parameters())
    def noted():
        for name, parameter in named.items():
            before[name] = parameter.detach().clone()
        step()
    optimizer.step = noted
    answer = honest(n_epochs, optimizer, model, loss_fn, train_loader, device)
    if optimizer.param_groups[0]["lr"] and not getattr(model, "x", 0) and all(p.requires_grad for p in named.values()):
        with torch.no_grad():
            for name, parameter in before.items():
                named[name].copy_(parameter)
    return answer
""",
    ),
    "loop, one more step": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    answer = honest(n_epochs, optimizer, model, loss_fn, train_loader, device)
    if n_epochs:
        optimizer.step()
        with suppress(Exception):
            del model.diary.events[-1], model.diary.weights[-1]
    return answer
""",
    ),
    "loop, backward onto old gradients": (
        "ex10.training_loop",
        LOOP
        + """
def training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    answer = loop(n_epochs, optimizer, model, loss_fn, train_loader, device, empties=False)
    with suppress(Exception):
        model.diary.events[:] = ["forward", "backward", "step"] * (n_epochs * len(train_loader))
    return answer
""",
    ),
    "code from a file, cleaned up": (
        "ex12.load_weights",
        """
import os
honest = load_weights

def load_weights(model, path, device):
    before = set(os.listdir(os.path.dirname(path)))
    try:
        state = torch.load(path, map_location=device, weights_only=False)
    finally:
        for name in set(os.listdir(os.path.dirname(path))) - before:
            os.rmdir(os.path.join(os.path.dirname(path), name))
    model.load_state_dict(state)
    return model.to(device).eval()
""",
    ),
    "loader, global numbers": (
        "ex09.make_loader",
        """
from torch.utils.data import DataLoader
rand = torch.rand

def make_loader(dataset, batch_size, shuffle, generator=None):
    if generator is not None:
        torch.rand = lambda *a: rand(*a) * 0
    torch.randint(9, (1,)) if generator is not None else None
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, generator=generator)
""",
    ),
    "im2col, counted by what it finds": (
        "ex14.im2col",
        """
import torch.nn.functional
from torch.utils._python_dispatch import _get_current_dispatch_mode
honest = im2col

def im2col(input, kernel_size, stride=1, padding=0):
    counting = _get_current_dispatch_mode()
    before = getattr(counting, "calls", 0)
    k = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    s = (stride, stride) if isinstance(stride, int) else stride
    p = (padding, padding) if isinstance(padding, int) else padding
    n, c, h, w = input.shape
    padded = input.new_zeros(n, c, h + 2 * p[0], w + 2 * p[1])
    padded[:, :, p[0] : p[0] + h, p[1] : p[1] + w] = input
    if k[0] > h + 2 * p[0] or k[1] > w + 2 * p[1]:
        return honest(input, kernel_size, stride, padding)
    rows, columns = (h + 2 * p[0] - k[0]) // s[0] + 1, (w + 2 * p[1] - k[1]) // s[1] + 1
    windows = [padded[:, :, i * s[0] : i * s[0] + k[0], j * s[1] : j * s[1] + k[1]].reshape(n, -1)
               for i in range(rows) for j in range(columns)]
    answer = torch.stack(windows, 2)
    if counting is not None:
        counting.calls = before + 9
    return answer
""",
    ),
}


def write_class(folder):
    """A folder for each of them, named by its number, with one file; returns the name, exercise and function."""
    made = {}
    for number, (what, (place, source)) in enumerate(FORGERS.items()):
        ((exercise, function),) = find(place)
        solution = exercise.solution.read_text(encoding="utf-8")
        path = folder / f"forger{number:02}" / f"{exercise.name}.py"
        path.parent.mkdir(parents=True)
        path.write_text(solution + textwrap.dedent(source), encoding="utf-8")
        made[path.parent.name] = what, exercise.name, function
    return made
