import copy
import io
import pickle
from pathlib import Path

import torch
from torch import nn

from mistakes import mistake, right, right_answer


def put_into(model, weights, device, **options):
    """What is left to do once the tensors are read."""
    model.load_state_dict(weights, **options)
    return model.to(device).eval()


@mistake(
    "save_weights",
    "the whole model is saved, class and all",
    "model.state_dict() is what can be read without running code",
)
def whole_model_saved(model, path):
    torch.save(model, path)


@mistake("save_weights", same_as="whole_model_saved")
def brackets_forgotten(model, path):
    weights = model.state_dict
    torch.save(weights, path)


@mistake(
    "save_weights",
    "the parameters are saved without the buffers, such as batch norm's running statistics",
    "state_dict() has both, named_parameters() has not",
)
def parameters_only_saved(model, path):
    torch.save(dict(model.named_parameters()), path)


@mistake("save_weights", same_as="parameters_only_saved")
def parameters_collected_in_a_loop(model, path):
    tensors = {}
    for name, p in model.named_parameters():
        if p.requires_grad:
            tensors[name] = p.detach().cpu()
    with open(path, "wb") as f:
        torch.save(tensors, f)


@mistake(
    "save_weights",
    "the tensors are saved without their names",
    "load_state_dict looks for names: save the state_dict itself",
)
def names_lost(model, path):
    torch.save(list(model.state_dict().values()), path)


@mistake("save_weights", same_as="names_lost")
def list_of_parameters(model, path):
    torch.save([p.data for p in model.parameters()], path)


@mistake(
    "save_weights",
    "the state_dict is put into a checkpoint with other things",
    "the file holds the state_dict and nothing else",
)
def checkpoint_saved(model, path):
    torch.save({"model_state_dict": model.state_dict(), "epoch": 0}, path)


@mistake("save_weights", "the state_dict is put into another dict", "the file holds the state_dict and nothing else")
def state_dict_wrapped(model, path):
    torch.save({"model_state_dict": model.state_dict()}, path)


@mistake("save_weights", "the name of the file gets an ending that nobody asked for", "path is the whole name")
def ending_where_there_is_none(model, path):
    path = Path(path)
    torch.save(model.state_dict(), path if path.suffix else path.with_suffix(".pt"))


@mistake(
    "save_weights",
    "the optimizer is saved as well, beside the model",
    "the file holds the state_dict and nothing else",
)
def optimizer_saved_too(model, path):
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, path)


@mistake(
    "save_weights",
    "the names begin with module., as nn.DataParallel writes them",
    "save the state_dict of the model itself, which is module in its wrapper",
)
def names_of_the_wrapper(model, path):
    torch.save({f"module.{name}": tensor for name, tensor in model.state_dict().items()}, path)


@mistake("save_weights", same_as="names_of_the_wrapper")
def wrapped_for_saving(model, path):
    class Wrapper(nn.Module):
        def __init__(self, module):
            super().__init__()
            self.module = module

    torch.save(Wrapper(model).state_dict(), path)


@mistake(
    "save_weights",
    "the tensors are rounded to half precision to save space",
    "every bit is to come back: the tensors are saved as they are",
)
def half_precision(model, path):
    torch.save({name: tensor.half() for name, tensor in model.state_dict().items()}, path)


@mistake(
    "save_weights",
    "the tensors are turned into lists of numbers",
    "load_state_dict takes tensors: save them as they are",
)
def lists_of_numbers(model, path):
    torch.save({name: tensor.tolist() for name, tensor in model.state_dict().items()}, path)


@mistake(
    "save_weights",
    "the file is written by pickle and not by torch.save",
    "only what torch.save has written can be read with weights_only=True",
)
def written_by_pickle(model, path):
    with open(path, "wb") as file:
        pickle.dump(model.cpu().state_dict(), file)


@mistake(
    "save_weights",
    "torch.save is given the path first",
    "torch.save(object, path): what, then where",
)
def arguments_exchanged(model, path):
    torch.save(path, model.state_dict())


@mistake(
    "save_weights",
    "an ending is added to the path that was given",
    "the file stands at the path, and not beside it",
)
def ending_added(model, path):
    right.save_weights(model, f"{path}.pt")


@mistake(
    "save_weights",
    "an ending is added with +, which a Path does not know",
    "the path may be text or a Path, and is complete",
)
def ending_added_to_text(model, path):
    right.save_weights(model, path + ".pt")


@mistake(
    "save_weights",
    "the path is taken for a Path, though it may be text",
    "Path(path) makes a Path of both; torch.save takes both as they are",
)
def path_only(model, path):
    with path.open("wb") as file:
        torch.save(model.state_dict(), file)


@mistake("save_weights", same_as="path_only")
def opened_and_closed(model, path):
    weights = model.state_dict()
    f = path.open(mode="wb")
    torch.save(weights, f)
    f.close()


@mistake(
    "save_weights",
    "the file is opened for text, and torch.save writes bytes",
    'open(path, "wb"), or give torch.save the path itself',
)
def opened_for_text(model, path):
    with open(path, "w") as file:
        torch.save(model.state_dict(), file)


@mistake(
    "save_weights",
    "the model is taken to the CPU for saving, and left there",
    "to moves a model itself, and not a copy of it",
)
def model_moved_for_saving(model, path):
    right.save_weights(model.cpu(), path)


@mistake("save_weights", same_as="model_moved_for_saving")
def saved_from_the_cpu(model, path):
    model.to("cpu")
    state = {}
    for key in model.state_dict():
        state[key] = model.state_dict()[key].clone()
    torch.save(state, str(path))


@mistake(
    "save_weights",
    "the model is put into eval mode for saving, and stays in it",
    "the mode is no part of the file: a model is saved in any mode",
)
def eval_for_saving(model, path):
    right.save_weights(model.eval(), path)


@mistake("save_weights", "a file that is there already is kept", "an older file is replaced")
def older_file_kept(model, path):
    if not Path(path).exists():
        right.save_weights(model, path)


@mistake(
    "save_weights",
    "the tensors are written after those of the older file",
    'an older file is replaced: "wb" and not "ab"',
)
def written_after_the_older_file(model, path):
    data = io.BytesIO()
    torch.save(model.state_dict(), data)
    with open(path, "ab") as file:
        file.write(data.getvalue())


@mistake(
    "save_weights",
    "an existing file raises an error",
    "an older file is replaced",
)
def older_file_refused(model, path):
    with open(path, "xb") as file:
        torch.save(model.state_dict(), file)


@mistake(
    "load_weights",
    "the path is given to load_state_dict, which wants the tensors",
    "torch.load reads a file, load_state_dict takes what was read",
)
def path_for_tensors(model, path, device):
    return put_into(model, path, device)


@mistake(
    "load_weights",
    "what load_state_dict returns is returned as the model",
    "it changes the model and returns a list of missing names",
)
def names_for_the_model(model, path, device):
    answer = model.load_state_dict(torch.load(path, map_location=device))
    model.to(device).eval()
    return answer


@mistake(
    "load_weights",
    "what load_state_dict returns is taken for the model from there on",
    "it changes the model and returns a list of missing names: model = … is too much",
)
def model_overwritten(model, path, device):
    model = model.load_state_dict(torch.load(path, map_location=device))
    return model.to(device).eval()


@mistake("load_weights", same_as="model_overwritten")
def moved_in_one_line(model, path, device):
    state = torch.load(path, map_location=device, weights_only=True)
    loaded = model.load_state_dict(state).to(device)
    loaded.eval()
    return loaded


@mistake(
    "load_weights",
    "what torch.load gives is taken for a model",
    "the file holds a state_dict: load_state_dict puts it into the model",
)
def file_taken_for_a_model(model, path, device):
    model = torch.load(path, map_location=device)
    return model.to(device).eval()


@mistake("load_weights", "nothing is returned", "the last line returns the model")
def nothing_returned(model, path, device):
    right.load_weights(model, path, device)


@mistake("load_weights", same_as="nothing_returned")
def ends_with_eval(model, path, device):
    state = torch.load(path, map_location=device)
    model.to(device)
    model.load_state_dict(state)
    model.eval()


@mistake(
    "load_weights",
    "the tensors are returned in place of the model",
    "load_state_dict has changed the model: that is the one to return",
)
def tensors_returned(model, path, device):
    return right.load_weights(model, path, device).state_dict()


@mistake(
    "load_weights",
    "the tensors are read and never put into the model",
    "torch.load only reads, load_state_dict copies into the model",
)
def never_put_in(model, path, device):
    torch.load(path, map_location=device)
    return model.to(device).eval()


@mistake("load_weights", same_as="never_put_in")
def put_into_a_copy_of_the_state(model, path, device):
    own = copy.deepcopy(model.state_dict())
    for name, tensor in torch.load(path, map_location=device).items():
        own[name] = tensor
    model.to(device)
    model.eval()
    return model


@mistake(
    "load_weights",
    "map_location is left out, so that torch.load asks for the device of old",
    "a file saved on a GPU is read on a machine that has none",
)
def device_of_old(model, path, device):
    return put_into(model, torch.load(path), device)


@mistake("load_weights", same_as="device_of_old")
def moved_after_reading(model, path, device):
    model = model.to(device)
    state_dict = torch.load(str(path), weights_only=True)
    state_dict = {k: v.to(device) for k, v in state_dict.items()}
    model.load_state_dict(state_dict)
    model.eval()
    return model


@mistake(
    "load_weights",
    "the tensors are read to cuda, whatever the device",
    "map_location=device, which need not be a GPU",
)
def always_to_cuda(model, path, device):
    return put_into(model, torch.load(path, map_location="cuda"), device)


@mistake(
    "load_weights",
    "map_location is taken to move the model",
    "it says where the tensors are read to: load_state_dict copies them to where the model stands",
)
def model_not_moved(model, path, device):
    model.load_state_dict(torch.load(path, map_location=device))
    return model.eval()


@mistake("load_weights", same_as="model_not_moved")
def read_to_the_cpu(model, path, device):
    with open(path, "rb") as f:
        weights = torch.load(f, map_location="cpu")
    model.load_state_dict(weights)
    model.train(False)
    return model


@mistake(
    "load_weights",
    "with assign=True the file's tensors take the place of those that were moved",
    "move the model afterwards, or read the tensors to the device",
)
def assigned_after_moving(model, path, device):
    model.to(device)
    model.load_state_dict(torch.load(path, map_location="cpu"), assign=True)
    return model.eval()


@mistake("load_weights", "the model is left in the mode in which it came", "a model that predicts is in eval mode")
def eval_forgotten(model, path, device):
    model.load_state_dict(torch.load(path, map_location=device))
    return model.to(device)


@mistake("load_weights", same_as="eval_forgotten")
def eval_without_brackets(model, path, device):
    model.load_state_dict(torch.load(path, map_location=torch.device("cpu")))
    model.eval  # noqa: B018
    return model.to(device)


@mistake("load_weights", "the model is put into train mode", "ready to predict: a model that predicts is in eval mode")
def put_into_train_mode(model, path, device):
    return right.load_weights(model, path, device).train()


@mistake(
    "load_weights",
    "strict=False passes over names that are missing or too many",
    "the file of another network must be refused",
)
def not_strict(model, path, device):
    return put_into(model, torch.load(path, map_location=device), device, strict=False)


@mistake("load_weights", same_as="not_strict")
def own_state_updated(model, path, device):
    own = model.state_dict()
    pretrained = torch.load(path, map_location=device)
    pretrained = {name: tensor for name, tensor in pretrained.items() if name in own}
    own.update(pretrained)
    model.load_state_dict(own)
    return model.eval().to(device)


@mistake(
    "load_weights",
    "what is missing in the file is filled up from the model",
    "the file of another network must be refused",
)
def missing_filled_up(model, path, device):
    return put_into(model, {**model.state_dict(), **torch.load(path, map_location=device)}, device)


@mistake(
    "load_weights",
    "tensors that the model has not are thrown away",
    "the file of another network must be refused",
)
def too_many_thrown_away(model, path, device):
    weights = torch.load(path, map_location=device)
    return put_into(model, {name: weights[name] for name in weights if name in model.state_dict()}, device)


@mistake(
    "load_weights",
    "tensors of another shape are passed over",
    "the file of another network must be refused",
)
def other_shapes_passed_over(model, path, device):
    own, weights = model.state_dict(), torch.load(path, map_location=device)
    fitting = {n: w if n not in own or own[n].shape == w.shape else own[n] for n, w in weights.items()}
    return put_into(model, fitting, device)


@mistake(
    "load_weights",
    "tensors are matched by their place and not by their names",
    "the names are in the file so that a wrong file is noticed",
)
def matched_by_place(model, path, device):
    weights = torch.load(path, map_location=device).values()
    return put_into(model, dict(zip(model.state_dict(), weights, strict=False)), device)


@mistake(
    "load_weights",
    "only the parameters are copied, and not the buffers",
    "batch norm's running statistics are in the state_dict too",
)
def buffers_not_loaded(model, path, device):
    weights = torch.load(path, map_location=device)
    for name, parameter in model.named_parameters():
        parameter.data.copy_(weights[name])
    return model.to(device).eval()


@mistake("load_weights", same_as="buffers_not_loaded")
def parameters_replaced(model, path, device):
    saved = torch.load(path, map_location=device)
    with torch.no_grad():
        for key, param in model.named_parameters():
            param.copy_(saved[key])
    model.eval()
    model.to(device)
    return model


@mistake(
    "load_weights",
    "each tensor of the model is looked up in the file, and nobody asks for the rest",
    "a missing name is a RuntimeError or ValueError, and a name too many as well",
)
def looked_up_one_by_one(model, path, device):
    weights = torch.load(path, map_location=device)
    for name, tensor in model.to(device).state_dict().items():
        tensor.copy_(weights[name])
    return model.eval()


@mistake(
    "load_weights",
    "a missing file is passed over, and the model keeps its random weights",
    "FileNotFoundError is the answer that is wanted",
)
def missing_file_passed_over(model, path, device):
    return right.load_weights(model, path, device) if Path(path).exists() else model.to(device).eval()


@mistake(
    "load_weights",
    "a missing file is noticed by assert",
    "torch.load raises FileNotFoundError by itself",
)
def missing_file_asserted(model, path, device):
    assert Path(path).is_file(), f"no file at {path}"
    return right.load_weights(model, path, device)


@mistake(
    "load_weights",
    "every error is caught, so that nobody learns that nothing was loaded",
    "the errors of torch.load and load_state_dict are meant for who calls",
)
def errors_swallowed(model, path, device):
    try:
        right.load_weights(model, path, device)
    except Exception as error:
        print("could not load:", error)
    return model.to(device).eval()


@mistake(
    "load_weights",
    "the path is taken for text, though it may be a Path",
    "torch.load takes text and Path as they are",
)
def text_only(model, path, device):
    if not path.endswith(".pt"):
        path = path + ".pt"
    return right.load_weights(model, path, device)


@mistake(
    "load_weights",
    "the path is taken for a Path, though it may be text",
    "torch.load takes text and Path as they are",
)
def no_text(model, path, device):
    if not path.exists():
        raise FileNotFoundError(path)
    return right.load_weights(model, path, device)


@mistake("load_weights", "a copy of the model is loaded", "the model that was given is the one to return")
def copy_loaded(model, path, device):
    return right.load_weights(copy.deepcopy(model), path, device)


@mistake("load_weights", same_as="copy_loaded")
def new_model_made(model, path, device):
    net = type(model)()
    net.load_state_dict(torch.load(path, map_location=device))
    net.to(device)
    return net.eval()


@mistake(
    "load_weights",
    "every complaint is replaced by one that names nothing",
    "which tensor is missing, too many or of another shape",
)
def vague_complaint(model, path, device):
    try:
        return right.load_weights(model, path, device)
    except RuntimeError:
        raise ValueError("wrong file") from None


@mistake(
    "load_weights",
    "torch.load is told to trust the file: weights_only=False runs what code it holds",
    "a file from a stranger, and the default of weights_only",
)
def file_trusted(model, path, device):
    return put_into(model, torch.load(path, map_location=device, weights_only=False), device)


@mistake(
    "save_weights",
    "a tensor that has two names is saved under one of them",
    "model.state_dict() has every name; named_parameters() gives each tensor once",
)
def shared_weights_once(model, path):
    named = [*model.named_parameters(), *model.named_buffers()]
    torch.save({name: tensor.data for name, tensor in named}, path)


@mistake("save_weights", "an older file is kept beside the new one", "one file at the path, and no other")
def older_file_renamed(model, path):
    if Path(path).exists():
        Path(path).rename(f"{path}.bak")
    torch.save(model.state_dict(), path)


@mistake(
    "load_weights",
    "copy_ stretches a tensor of another shape until it fits",
    "broadcasting: load_state_dict compares the shapes",
)
def copied_and_stretched(model, path, device):
    weights, own = torch.load(path, map_location=device, weights_only=True), model.state_dict()
    if weights.keys() != own.keys():
        raise ValueError(f"other names: {sorted(weights.keys() ^ own.keys())}")
    with torch.no_grad():
        for name, tensor in own.items():
            try:
                tensor.copy_(weights[name])
            except RuntimeError as error:
                raise ValueError(f"{name}: {error}") from error
    return model.to(device).eval()


@mistake(
    "load_weights",
    "the first buffer is asked where the model stands, and some models have none",
    "device says where the model is to stand",
)
def asks_the_first_buffer(model, path, device):
    here = next(model.buffers()).device
    model.load_state_dict(torch.load(path, map_location=here, weights_only=True))
    return model.to(device).eval()


@right_answer("save_weights", "through an open file, with copies on the CPU")
def through_an_open_file(model, path):
    weights = {name: tensor.detach().cpu() for name, tensor in model.state_dict().items()}
    with open(path, "wb") as file:
        torch.save(weights, file)


@right_answer("save_weights", "into memory first, then all bytes at once")
def through_memory(model, path):
    data = io.BytesIO()
    torch.save(copy.deepcopy(model.state_dict()), data)
    Path(path).write_bytes(data.getvalue())


@right_answer("save_weights", "parameters and buffers put together by hand")
def put_together_by_hand(model, path):
    named = [*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)]
    torch.save({name: tensor.data for name, tensor in named}, str(path))


@right_answer("load_weights", "moved first, then read to the CPU and copied over")
def moved_first(model, path, device):
    model.to(device)
    model.load_state_dict(torch.load(Path(path), map_location="cpu"))
    model.train(False)
    return model


@right_answer("load_weights", "with the tensors of the file in place of the model's own")
def tensors_assigned(model, path, device):
    model.load_state_dict(torch.load(path, map_location=device, weights_only=True), assign=True)
    model.eval()
    return model.to(device)


@right_answer("load_weights", "names compared by hand before the tensors are copied")
def compared_by_hand(model, path, device):
    weights, own = torch.load(path, map_location=device), model.to(device).state_dict()
    if different := {*weights} ^ {*own} or {name for name in own if own[name].shape != weights[name].shape}:
        raise ValueError(f"file and model differ in {sorted(different)}")
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.copy_(weights[name])
    return model.eval()


@right_answer("load_weights", "with the complaints of strict=False made into an error")
def complaints_asked_for(model, path, device):
    with open(path, "rb") as file:
        missing, unexpected = model.load_state_dict(torch.load(file, map_location="cpu"), strict=False)
    if missing or unexpected:
        raise ValueError(f"missing: {missing}, too many: {unexpected}")
    return model.eval().to(device)


@right_answer("save_weights", "copied into a plain dictionary")
def copied(model, path):
    weights = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
    torch.save(weights, Path(path))


@right_answer("load_weights", "read by helpers, as bytes first")
def as_bytes_first(model, path, device):
    def weights():
        content = io.BytesIO(Path(path).read_bytes())
        return torch.load(content, map_location="cpu", weights_only=True)

    model.load_state_dict(weights(), strict=True)
    model = model.to(device)
    model.train(False)
    return model
