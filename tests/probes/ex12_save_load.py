"""Files are written and read in a folder that lasts as long as the probe.

What is in a file is asked of a process without a learner's code, which also writes the files that are to be loaded: the
learner's own process is not asked what it could make up.
"""

import io
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import equal, nn

from probes.examples import docstring_example as docstring_example
from probes.hidden import calling
from probes.net import Net
from probes.training import machine_with, on_cpu

NAME = "weights.pt"


def path_in(folder, as_text, name=NAME):
    path = Path(folder) / name
    return str(path) if as_text else path


def devices_of(model):
    return sorted({tensor.device.type for tensor in model.state_dict().values()})


def bytes_of(path):
    """A file as a tensor, so that it goes from process to process; None if there is none."""
    return torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8) if path.is_file() else None


def written(_, saved_on, state):
    """The file of weights that were saved on a device, as it ought to be."""
    file = io.BytesIO()
    with machine_with(saved_on) as place:
        torch.save(Net(state).to(place).state_dict(), file)
    return torch.frombuffer(bytearray(file.getvalue()), dtype=torch.uint8)


def content_in(_, data):
    """What is in a file of these bytes."""
    with TemporaryDirectory() as folder:
        path = path_in(folder, as_text=False)
        if torch.is_tensor(data) and data.dtype is torch.uint8:
            path.write_bytes(bytes(data.flatten().tolist()))
        return content_of(path)


def content_of(path):
    """What torch.load is willing to read: named tensors, or a sentence on what else there is."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        return f"torch.load(weights_only=True) refuses it: {type(error).__name__}"
    if not isinstance(content, dict):
        return f"it holds a {type(content).__name__}"
    return dict(content)


def saved(module, device, state, as_text=False, training=True, over=None, name=NAME):
    """Let the learner save Net from a device, then wreck the net; what is in the file and what became of the net.

    `over` is the state of a net whose file is in the way.
    """
    with TemporaryDirectory() as folder, machine_with(device) as place:
        path = path_in(folder, as_text, name)
        if over:
            torch.save(over, path)
        model = Net(state).train(training).to(place)
        module.save_weights(model, path)
        report = {"training": model.training, "devices": devices_of(model), "state": on_cpu(model.state_dict())}
        with torch.no_grad():
            for tensor in model.state_dict().values():
                tensor.zero_()
        read = {"content": content_of(path), "bytes": bytes_of(Path(path))}
        return {**report, "names": sorted(os.listdir(folder)), **read}


def saved_tied(module):
    """Which names are in the file of a model of which two layers share their weight and a buffer."""
    with TemporaryDirectory() as folder:
        path = path_in(folder, as_text=False)
        model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
        model[1].weight = model[0].weight
        scale = torch.ones(3)
        for layer in model:
            layer.register_buffer("scale", scale)
        module.save_weights(model, path)
        content = content_of(path)
        return sorted(map(str, content)) if isinstance(content, dict) else content


def loaded_plain(module, source):
    """Let the learner load a small model; which of its tensors are not what was saved, and its mode."""
    old, new = eval(source, {"nn": nn}), eval(source, {"nn": nn})
    with TemporaryDirectory() as folder:
        path = path_in(folder, as_text=False)
        for tensor in old.state_dict().values():
            tensor.fill_(3)
        torch.save(old.state_dict(), path)
        model = module.load_weights(new, path, torch.device("cpu"))
        now = model.state_dict()
        others = [name for name, tensor in old.state_dict().items() if not equal(now[name], tensor)]
        return {"same": others, "training": model.training}


def loaded(module, saved_on, load_on, data, images, as_text=False, stands_there=False, training=True, state=None):
    """Let the learner load a file of these bytes, saved on one machine, into a net on the next; what it is like then.

    With a state it is the learner's save_weights that writes the file.
    """
    with TemporaryDirectory() as folder:
        path = path_in(folder, as_text)
        with machine_with(saved_on) as place:  # which torch then knows of, and complains alike where it is missing
            if state:
                module.save_weights(Net(state).to(place), path)
            else:
                Path(path).write_bytes(bytes(data.tolist()))
        with machine_with(load_on) as place:
            model = Net(dropout=0.5).train(training)
            model = model.to(place) if stands_there else model
            answer = module.load_weights(model, path, place)
            return {"kind": type(answer).__name__, "same": answer is model, **described(model, images)}


def described(model, images):
    """Where a model stands, which layers are in train mode, what it holds and what it gives."""
    torch.default_generator.manual_seed(0)  # for dropout, if it is in train mode
    return {
        "devices": devices_of(model),
        "training": [name or "the model" for name, layer in model.named_modules() if layer.training],
        "state": on_cpu(model.state_dict()),
        "outputs": model(images.to(model.fc.weight.device)).detach().cpu(),
    }


def refused(module, content):
    """What the learner's load_weights says of a file with these tensors: (types of the exception, message)."""
    with TemporaryDirectory() as folder:
        torch.save(content, path_in(folder, as_text=False))
        try:
            module.load_weights(Net(), path_in(folder, as_text=False), torch.device("cpu"))
        except NotImplementedError:
            raise
        except Exception as error:
            return [t.__name__ for t in type(error).__mro__], str(error)[:400]
    return [], ""


def loaded_from_nowhere(module, as_text):
    """What comes of a path at which there is no file."""
    with TemporaryDirectory() as folder:
        return type(module.load_weights(Net(), path_in(folder, as_text), torch.device("cpu"))).__name__


class Stranger:
    """What a pickled object may do to those who load it: here, tell of it."""

    def __init__(self, tell):
        self.tell = tell

    def __reduce__(self):
        return self.tell


def stranger_let_in(module, state):
    """Whether code in the file is run when the learner loads it, be it refused or not."""
    told = []
    with TemporaryDirectory() as folder:
        stranger = Stranger(calling(lambda: told.append(True)))
        torch.save({**state, "stranger": stranger}, path_in(folder, as_text=False))
        try:
            module.load_weights(Net(), path_in(folder, as_text=False), torch.device("cpu"))
        except NotImplementedError:
            raise
        except Exception:
            return bool(told)
        return bool(told)


def paste_saving(device, state, as_text=False, **_):
    """The call with what would fit on no line left out."""
    return f"save_weights(model, {'str(path)' if as_text else 'path'})  # a model on {device}"


def paste_loading(saved_on, load_on, *_, as_text=False, **__):
    """The call with what would fit on no line left out."""
    return f"load_weights(model, {'str(path)' if as_text else 'path'}, {load_on})  # saved on {saved_on}"


saved.paste = paste_saving
loaded.paste = paste_loading
