import copy

import torch

from mistakes import mistake, right, right_answer


def both(share, model, train_loader, val_loader, device):
    """What validate does, where share(model, loader, device) gives the accuracy on one loader."""
    was_training = model.training
    model.to(device).eval()
    with torch.no_grad():
        accuracies = {"train": share(model, train_loader, device), "val": share(model, val_loader, device)}
    model.train(was_training)
    return accuracies


def batch_counts(model, loader, device):
    """How many answers are right, and how many samples there are, of each batch."""
    counts = []
    for images, labels in loader:
        predicted = right.predict(model(images.to(device)))
        counts.append((int((predicted == labels.to(device)).sum()), len(labels)))
    return counts


@mistake("predict", "the largest score is sought along the samples", "dim=1 runs along the classes of a sample")
def along_the_samples(outputs):
    return outputs.argmax(dim=0)


@mistake("predict", "the dimension is left out, so that there is one answer for the whole batch", "argmax needs dim")
def without_dim(outputs):
    return outputs.argmax()


@mistake(
    "predict", "the values are taken for where they are", "torch.max with dim gives two things: values, then indices"
)
def values_for_indices(outputs):
    return outputs.max(dim=1)[0]


@mistake(
    "predict",
    "the answer keeps a second dimension, which makes N × N comparisons out of N",
    "the shape is (N,): no keepdim",
)
def second_dimension_kept(outputs):
    return outputs.argmax(dim=1, keepdim=True)


@mistake("predict", "a logit is compared with 0.5 as if it were a probability", "the larger of the scores counts")
def logit_above_a_half(outputs):
    return (outputs[:, -1] > 0.5).long()


@mistake("validate", "eval() is forgotten, so that dropout acts as in training", "model.eval() before the first batch")
def eval_forgotten(model, train_loader, val_loader, device):
    model.to(device)
    with torch.no_grad():
        loaders = {"train": train_loader, "val": val_loader}
        return {name: right._accuracy(model, loader, device) for name, loader in loaders.items()}


@mistake("validate", "the model is left in eval mode", "training goes on afterwards, in the mode of before")
def left_in_eval_mode(model, train_loader, val_loader, device):
    model.eval()
    return right.validate(model, train_loader, val_loader, device)


@mistake(
    "validate",
    "train() at the end, though the model may have come in eval mode",
    "the mode that model.training said before",
)
def left_in_train_mode(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    model.train()
    return accuracies


@mistake("validate", "a graph is built for gradients that nobody needs", "with torch.no_grad():")
def graph_built(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device).eval()
    loaders = {"train": train_loader, "val": val_loader}
    accuracies = {name: right._accuracy(model, loader, device) for name, loader in loaders.items()}
    model.train(was_training)
    return accuracies


@mistake(
    "validate",
    "gradients are switched off for good",
    "with torch.no_grad() switches them on again at its end",
)
def gradients_off_for_good(model, train_loader, val_loader, device):
    torch.set_grad_enabled(False)
    return right.validate(model, train_loader, val_loader, device)


@mistake(
    "validate",
    "old gradients are emptied, as in a training loop",
    "nothing of the model changes here",
)
def gradients_emptied(model, train_loader, val_loader, device):
    model.zero_grad()
    return right.validate(model, train_loader, val_loader, device)


@mistake("validate", "nothing is moved to the device", "images, labels and model come from the CPU")
def nothing_moved(model, train_loader, val_loader, device):
    return right.validate(model, train_loader, val_loader, torch.device("cpu"))


@mistake("validate", "the labels are not moved to the device", "predictions and labels are compared on one device")
def labels_left_behind(model, train_loader, val_loader, device):
    def share(model, loader, device):
        correct = total = 0
        for images, labels in loader:
            correct += int((right.predict(model(images.to(device))) == labels).sum())
            total += len(labels)
        return correct / total

    return both(share, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "right answers are divided by the number of batches",
    "len(loader) counts batches, len(labels) samples",
)
def divided_by_batches(model, train_loader, val_loader, device):
    def share(model, loader, device):
        return sum(correct for correct, _ in batch_counts(model, loader, device)) / len(loader)

    return both(share, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "the batches' accuracies are averaged, though the last batch is smaller",
    "count samples over all batches, then divide once",
)
def mean_of_batches(model, train_loader, val_loader, device):
    def share(model, loader, device):
        return sum(correct / total for correct, total in batch_counts(model, loader, device)) / len(loader)

    return both(share, model, train_loader, val_loader, device)


@mistake("validate", "the counters are set to 0 in each batch", "where correct = 0 and total = 0 stand")
def last_batch_only(model, train_loader, val_loader, device):
    def share(model, loader, device):
        correct, total = batch_counts(model, loader, device)[-1]
        return correct / total

    return both(share, model, train_loader, val_loader, device)


@mistake("validate", "both numbers are measured on train_loader", "which loader the second loop goes through")
def train_loader_twice(model, train_loader, val_loader, device):
    return right.validate(model, train_loader, train_loader, device)


@mistake("validate", "the accuracies are returned as tensors", "plain floats: .item() or int(...)")
def tensors_returned(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    return {name: torch.tensor(accuracy) for name, accuracy in accuracies.items()}


@right_answer("predict", "as the indices of torch.max")
def indices_of_max(outputs):
    _, indices = torch.max(outputs, dim=1)
    return indices


@right_answer("validate", "all answers of a loader in one tensor, and their mean")
def mean_of_all(model, train_loader, val_loader, device):
    def share(model, loader, device):
        hits = [right.predict(model(images.to(device))) == labels.to(device) for images, labels in loader]
        return torch.cat(hits).double().mean().item()

    return both(share, model, train_loader, val_loader, device)


@right_answer("validate", "with inference_mode, and predictions compared on the CPU")
def compared_on_the_cpu(model, train_loader, val_loader, device):
    mode, accuracies = model.training, {}
    model.to(device)
    model.train(False)
    for name, loader in (("train", train_loader), ("val", val_loader)):
        correct, total = 0, 0
        with torch.inference_mode():
            for images, labels in loader:
                total += labels.shape[0]
                correct += right.predict(model(images.to(device)).cpu()).eq(labels).sum().item()
        accuracies[name] = correct / total
    model.train(mode)
    return accuracies


@right_answer("validate", "on a copy of the model, so that there is nothing to put back")
def on_a_copy(model, train_loader, val_loader, device):
    return right.validate(copy.deepcopy(model), train_loader, val_loader, device)
