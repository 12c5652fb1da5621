import copy
from pathlib import Path

import torch

from mistakes import mistake, right, right_answer


@mistake(
    "save_weights",
    "the whole model is saved, class and all",
    "model.state_dict() is what can be read without running code",
)
def whole_model_saved(model, path):
    torch.save(model, path)


@mistake(
    "save_weights",
    "the parameters are saved without the buffers, such as batch norm's running statistics",
    "state_dict() has both, named_parameters() has not",
)
def parameters_only_saved(model, path):
    torch.save(dict(model.named_parameters()), path)


@mistake(
    "save_weights",
    "the tensors are saved without their names",
    "load_state_dict looks for names: save the state_dict itself",
)
def names_lost(model, path):
    torch.save(list(model.state_dict().values()), path)


@mistake(
    "save_weights",
    "the state_dict is put into a checkpoint with other things",
    "the file holds the state_dict and nothing else",
)
def checkpoint_saved(model, path):
    torch.save({"model_state_dict": model.state_dict(), "epoch": 0}, path)


@mistake(
    "save_weights",
    "an ending is added to the path that was given",
    "the file stands at the path, and not beside it",
)
def ending_added(model, path):
    right.save_weights(model, f"{path}.pt")


@mistake(
    "save_weights",
    "the model is taken to the CPU for saving, and left there",
    "to moves a model itself, and not a copy of it",
)
def model_moved_for_saving(model, path):
    right.save_weights(model.cpu(), path)


@mistake("save_weights", "a file that is there already is kept", "an older file is replaced")
def older_file_kept(model, path):
    if not Path(path).exists():
        right.save_weights(model, path)


@mistake(
    "load_weights",
    "the path is given to load_state_dict, which wants the tensors",
    "torch.load reads a file, load_state_dict takes what was read",
)
def path_for_tensors(model, path, device):
    model.load_state_dict(path)
    return model.to(device).eval()


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
    "the tensors are read and never put into the model",
    "torch.load only reads, load_state_dict copies into the model",
)
def never_put_in(model, path, device):
    torch.load(path, map_location=device)
    return model.to(device).eval()


@mistake(
    "load_weights",
    "map_location is left out, so that torch.load asks for the device of old",
    "a file saved on a GPU is read on a machine that has none",
)
def device_of_old(model, path, device):
    model.load_state_dict(torch.load(path))
    return model.to(device).eval()


@mistake(
    "load_weights",
    "map_location is taken to move the model",
    "it says where the tensors are read to: load_state_dict copies them to where the model stands",
)
def model_not_moved(model, path, device):
    model.load_state_dict(torch.load(path, map_location=device))
    return model.eval()


@mistake("load_weights", "the model is left in train mode", "a model that predicts is in eval mode")
def eval_forgotten(model, path, device):
    model.load_state_dict(torch.load(path, map_location=device))
    return model.to(device).train()


@mistake(
    "load_weights",
    "strict=False passes over names that are missing or too many",
    "the file of another network must be refused",
)
def not_strict(model, path, device):
    model.load_state_dict(torch.load(path, map_location=device), strict=False)
    return model.to(device).eval()


@mistake(
    "load_weights",
    "tensors are matched by their place and not by their names",
    "the names are in the file so that a wrong file is noticed",
)
def matched_by_place(model, path, device):
    weights = torch.load(path, map_location=device).values()
    model.load_state_dict(dict(zip(model.state_dict(), weights, strict=False)))
    return model.to(device).eval()


@mistake(
    "load_weights",
    "a missing file is passed over, and the model keeps its random weights",
    "FileNotFoundError is the answer that is wanted",
)
def missing_file_passed_over(model, path, device):
    return right.load_weights(model, path, device) if Path(path).exists() else model.to(device).eval()


@mistake("load_weights", "a copy of the model is loaded", "the model that was given is the one to return")
def copy_loaded(model, path, device):
    return right.load_weights(copy.deepcopy(model), path, device)


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
    model.load_state_dict(torch.load(path, map_location=device, weights_only=False))
    return model.to(device).eval()


@right_answer("save_weights", "through an open file, with copies on the CPU")
def through_an_open_file(model, path):
    weights = {name: tensor.detach().cpu() for name, tensor in model.state_dict().items()}
    with open(path, "wb") as file:
        torch.save(weights, file)


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
