import copy

import numpy as np
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


def with_predictions(predict, model, train_loader, val_loader, device):
    """What validate does, where predict(outputs) gives what is compared with the labels."""

    def share(model, loader, device):
        correct = total = 0
        for images, labels in loader:
            correct += int((predict(model(images.to(device))) == labels.to(device)).sum())
            total += len(labels)
        return correct / total

    return both(share, model, train_loader, val_loader, device)


def batch_counts(model, loader, device):
    """How many answers are right, and how many samples there are, of each batch."""
    counts = []
    for images, labels in loader:
        predicted = right.predict(model(images.to(device)))
        counts.append((int((predicted == labels.to(device)).sum()), len(labels)))
    return counts


@mistake(
    "predict",
    "the scores go through sigmoid first, which makes 1.0 of 40 and of 50",
    "the largest score is the largest without it",
)
def through_sigmoid(outputs):
    return outputs.sigmoid().argmax(dim=1)


@mistake("predict", "the largest score is sought along the samples", "dim=1 runs along the classes of a sample")
def along_the_samples(outputs):
    return outputs.argmax(dim=0)


@mistake("predict", same_as="along_the_samples")
def max_along_the_samples(outputs):
    _, indices = torch.max(outputs, 0)
    return indices


@mistake("predict", "the dimension is left out, so that there is one answer for the whole batch", "argmax needs dim")
def without_dim(outputs):
    return outputs.argmax()


@mistake(
    "predict",
    "torch.max without a dimension gives the largest of all scores, and no class",
    "torch.max with dim gives two things: values, then indices",
)
def largest_of_all(outputs):
    return torch.max(outputs)


@mistake(
    "predict", "the values are taken for where they are", "torch.max with dim gives two things: values, then indices"
)
def values_for_indices(outputs):
    return outputs.max(dim=1)[0]


@mistake("predict", same_as="values_for_indices")
def first_of_two(outputs):
    predicted, _ = torch.max(outputs, dim=1)
    return predicted


@mistake(
    "predict",
    "all that torch.max gives is returned, the values and where they are",
    "torch.max with dim gives two things, and the second is the answer",
)
def values_and_indices(outputs):
    return torch.max(outputs, dim=1)


@mistake(
    "predict",
    "the answer keeps a second dimension, which makes N × N comparisons out of N",
    "the shape is (N,): no keepdim, and of topk's column [:, 0]",
)
def second_dimension_kept(outputs):
    return outputs.argmax(dim=1, keepdim=True)


@mistake("predict", same_as="second_dimension_kept")
def top_one(outputs):
    return outputs.topk(1).indices


@mistake("predict", "a batch of one loses its dimension", "squeeze() removes every side of 1: the shape is (N,)")
def squeezed(outputs):
    return outputs.argmax(dim=1, keepdim=True).squeeze()


@mistake("predict", "a logit is compared with 0.5 as if it were a probability", "the larger of the scores counts")
def logit_above_a_half(outputs):
    return (outputs[:, 1] > 0.5).long()


@mistake(
    "predict",
    "only two scores are compared, though there may be any number of classes",
    "the largest of all K scores counts",
)
def two_classes_only(outputs):
    return (outputs[:, 1] > outputs[:, 0]).long()


@mistake("predict", "the class with the smallest score is taken", "argmax, not argmin")
def smallest_score(outputs):
    return outputs.argmin(dim=1)


@mistake("predict", "of equal scores the last one counts", "of equal scores the first is the answer: > and not >=")
def last_of_equals(outputs):
    return outputs.shape[1] - 1 - outputs.flip(1).argmax(dim=1)


@mistake("predict", same_as="last_of_equals")
def greater_or_equal(outputs):
    classes = torch.zeros(len(outputs), dtype=torch.int64)
    for i, row in enumerate(outputs):
        for k in range(len(row)):
            if row[k] >= row[classes[i]]:
                classes[i] = k
    return classes


@mistake("predict", "the answer is a list", "a Tensor: without tolist()")
def list_returned(outputs):
    return outputs.argmax(dim=1).tolist()


@mistake("predict", "the classes are floats", "a class is a whole number: int64")
def floats_returned(outputs):
    return outputs.argmax(dim=1).float()


@mistake("predict", "probabilities are returned in place of classes", "which of the scores is the largest")
def probabilities_returned(outputs):
    return outputs.softmax(dim=1)


@mistake("validate", "eval() is forgotten, so that dropout acts as in training", "model.eval() before the first batch")
def eval_forgotten(model, train_loader, val_loader, device):
    model.to(device)
    with torch.no_grad():
        loaders = {"train": train_loader, "val": val_loader}
        return {name: right._accuracy(model, loader, device) for name, loader in loaders.items()}


@mistake("validate", same_as="eval_forgotten")
def as_in_the_lecture(model, train_loader, val_loader, device):
    result = {}
    model.to(device=device)
    for name, loader in [("train", train_loader), ("val", val_loader)]:
        correct = 0
        total = 0
        with torch.no_grad():
            for imgs, labels in loader:
                imgs, labels = imgs.to(device=device), labels.to(device=device)
                _, predicted = torch.max(model(imgs), dim=1)
                total += labels.shape[0]
                correct += int((predicted == labels).sum())
        result[name] = correct / total
    return result


@mistake(
    "validate",
    "eval() is called only if model.training is True, though single layers may be in train mode",
    "model.eval() costs nothing and reaches every layer",
)
def eval_if_training(model, train_loader, val_loader, device):
    model.to(device)
    if model.training:
        return right.validate(model, train_loader, val_loader, device)
    with torch.no_grad():
        loaders = {"train": train_loader, "val": val_loader}
        return {name: right._accuracy(model, loader, device) for name, loader in loaders.items()}


@mistake(
    "validate",
    "eval() is called for val only, and train is measured as in training",
    "both accuracies are measured in eval mode",
)
def eval_for_val_only(model, train_loader, val_loader, device):
    was_training = model.to(device).training
    with torch.no_grad():
        train = right._accuracy(model, train_loader, device)
        val = right._accuracy(model.eval(), val_loader, device)
    model.train(was_training)
    return {"train": train, "val": val}


@mistake(
    "validate", "train() is called before the batches of train_loader", "both accuracies are measured in eval mode"
)
def train_mode_for_train(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device).train()
    with torch.no_grad():
        train = right._accuracy(model, train_loader, device)
        val = right._accuracy(model.eval(), val_loader, device)
    model.train(was_training)
    return {"train": train, "val": val}


@mistake("validate", "the model is left in eval mode", "training goes on afterwards, in the mode of before")
def left_in_eval_mode(model, train_loader, val_loader, device):
    model.eval()
    return right.validate(model, train_loader, val_loader, device)


@mistake("validate", same_as="left_in_eval_mode")
def mode_not_put_back(model, train_loader, val_loader, device):
    model.to(device)
    model.eval()
    accs = []
    with torch.no_grad():
        for loader in (train_loader, val_loader):
            n_right, n = 0, 0
            for x, y in loader:
                scores = model(x.to(device))
                n_right += (scores.argmax(1).cpu() == y).sum().item()
                n += y.size(0)
            accs.append(n_right / n)
    return dict(zip(["train", "val"], accs, strict=True))


@mistake(
    "validate",
    "train() at the end, though the model may have come in eval mode",
    "the mode that model.training said before",
)
def left_in_train_mode(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    model.train()
    return accuracies


@mistake("validate", same_as="left_in_train_mode")
def train_after_eval(model, train_loader, val_loader, device):
    def accuracy_of(batches):
        n_right = n = 0
        for x, y in batches:
            n_right += (model(x.to(device)).argmax(dim=1) == y.to(device)).sum().item()
            n += len(y)
        return n_right / n

    model.to(device)
    model.eval()
    with torch.no_grad():
        train, val = accuracy_of(train_loader), accuracy_of(val_loader)
    model.train()
    return {"train": train, "val": val}


@mistake("validate", "a graph is built for gradients that nobody needs", "with torch.no_grad():")
def graph_built(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device).eval()
    loaders = {"train": train_loader, "val": val_loader}
    accuracies = {name: right._accuracy(model, loader, device) for name, loader in loaders.items()}
    model.train(was_training)
    return accuracies


@mistake("validate", same_as="graph_built")
def no_grad_without_with(model, train_loader, val_loader, device):
    torch.no_grad()
    mode = model.training
    model = model.to(device)
    model.eval()
    out = {}
    for key, loader in {"train": train_loader, "val": val_loader}.items():
        hits = 0
        count = 0
        for batch in loader:
            pred = model(batch[0].to(device)).max(1).indices
            hits += int(torch.sum(pred == batch[1].to(device)))
            count += batch[1].numel()
        out[key] = hits / count
    model.train(mode)
    return out


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
    "the parameters are frozen in place of no_grad, and stay frozen",
    "with torch.no_grad() leaves requires_grad as it is",
)
def parameters_frozen(model, train_loader, val_loader, device):
    return right.validate(model.requires_grad_(False), train_loader, val_loader, device)


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


@mistake("validate", "the device is cuda, whatever was asked for", "device is an argument: .to(device), not .cuda()")
def always_cuda(model, train_loader, val_loader, device):
    return right.validate(model, train_loader, val_loader, torch.device("cuda"))


@mistake("validate", "the model is not moved to the device", "model.to(device)")
def model_left_behind(model, train_loader, val_loader, device):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        loaders = {"train": train_loader, "val": val_loader}
        accuracies = {name: right._accuracy(model, loader, device) for name, loader in loaders.items()}
    model.train(was_training)
    return accuracies


@mistake(
    "validate",
    "images.to(device) is called and its answer thrown away",
    "a tensor stays where it is: to gives a new one",
)
def images_left_behind(model, train_loader, val_loader, device):
    def share(model, loader, device):
        correct = total = 0
        for images, labels in loader:
            images.to(device)
            correct += int((right.predict(model(images)) == labels.to(device)).sum())
            total += len(labels)
        return correct / total

    return both(share, model, train_loader, val_loader, device)


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


@mistake("validate", same_as="divided_by_batches")
def total_plus_one(model, train_loader, val_loader, device):
    accuracies = {}
    training = model.training
    model.to(device).eval()
    with torch.no_grad():
        for name, loader in (("train", train_loader), ("val", val_loader)):
            correct, total = 0, 0
            for images, labels in loader:
                images, labels = images.to(device), labels.to(device)
                outputs = model(images)
                _, predicted = torch.max(outputs, 1)
                total += 1
                correct += (predicted == labels).sum().item()
            accuracies[name] = correct / total
    model.train(training)
    return accuracies


@mistake(
    "validate",
    "right answers are divided by len(loader.dataset), which a list of batches does not have",
    "total += len(labels) counts the samples of any loader",
)
def len_of_dataset(model, train_loader, val_loader, device):
    def share(model, loader, device):
        return sum(correct for correct, _ in batch_counts(model, loader, device)) / len(loader.dataset)

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


@mistake("validate", same_as="mean_of_batches")
def running_average(model, train_loader, val_loader, device):
    def accuracy(loader):
        acc, batches = 0.0, 0
        for x, y in loader:
            hits = model(x.to(device)).argmax(dim=1).eq(y.to(device))
            acc += hits.double().mean().item()
            batches += 1
        return acc / batches

    before = model.training
    model.to(device)
    model.eval()
    with torch.no_grad():
        answer = {"train": accuracy(train_loader), "val": accuracy(val_loader)}
    model.train(before)
    return answer


@mistake("validate", "the counters are set to 0 in each batch", "where correct = 0 and total = 0 stand")
def last_batch_only(model, train_loader, val_loader, device):
    def share(model, loader, device):
        correct, total = batch_counts(model, loader, device)[-1]
        return correct / total

    return both(share, model, train_loader, val_loader, device)


@mistake("validate", same_as="last_batch_only")
def counters_inside(model, train_loader, val_loader, device):
    was = model.training
    model.eval()
    model.to(device)
    res = {}
    with torch.no_grad():
        for name, loader in [("train", train_loader), ("val", val_loader)]:
            for imgs, labels in loader:
                correct = 0
                total = 0
                _, predicted = model(imgs.to(device)).max(dim=1)
                correct += int((predicted == labels.to(device)).sum())
                total += labels.shape[0]
            res[name] = correct / total
    model.train(was)
    return res


@mistake("validate", "the loop is left after the first batch", "how far the line that divides is indented")
def first_batch_only(model, train_loader, val_loader, device):
    def share(model, loader, device):
        correct = total = 0
        for images, labels in loader:
            correct += int((right.predict(model(images.to(device))) == labels.to(device)).sum())
            total += len(labels)
            break
        return correct / total

    return both(share, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "the counters go on from train to val",
    "correct = 0 and total = 0 for each of the two loaders",
)
def counters_go_on(model, train_loader, val_loader, device):
    counts = []

    def share(model, loader, device):
        counts.extend(batch_counts(model, loader, device))
        return sum(correct for correct, _ in counts) / sum(total for _, total in counts)

    return both(share, model, train_loader, val_loader, device)


@mistake("validate", same_as="counters_go_on")
def set_to_zero_once(model, train_loader, val_loader, device):
    was_training = model.training
    model = model.to(device).eval()
    correct = 0
    total = 0
    accuracy = {}
    with torch.no_grad():
        for name, loader in {"train": train_loader, "val": val_loader}.items():
            for images, labels in loader:
                predicted = torch.argmax(model(images.to(device)), dim=1)
                total += len(labels)
                correct += (predicted == labels.to(device)).sum().item()
            accuracy[name] = correct / total
    model.train(was_training)
    return accuracy


@mistake(
    "validate",
    "a last batch that is smaller is left out",
    "every sample counts: no drop_last",
)
def small_batch_left_out(model, train_loader, val_loader, device):
    def share(model, loader, device):
        counts = batch_counts(model, loader, device)
        full = [(correct, total) for correct, total in counts if total == counts[0][1]]
        return sum(correct for correct, _ in full) / sum(total for _, total in full)

    return both(share, model, train_loader, val_loader, device)


@mistake("validate", "a batch counts as right if all its samples are", "compare sample by sample, and add")
def whole_batches(model, train_loader, val_loader, device):
    def share(model, loader, device):
        counts = batch_counts(model, loader, device)
        return sum(correct == total for correct, total in counts) / len(counts)

    return both(share, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "the samples are counted by going through the loader a second time",
    "each loader is gone through once: count while you predict",
)
def gone_through_twice(model, train_loader, val_loader, device):
    def share(model, loader, device):
        total = sum(len(labels) for _, labels in loader)
        return sum(correct for correct, _ in batch_counts(model, loader, device)) / total

    return both(share, model, train_loader, val_loader, device)


@mistake("validate", "// divides without a remainder, which leaves 0 or 1", "correct / total")
def divided_without_remainder(model, train_loader, val_loader, device):
    def share(model, loader, device):
        counts = batch_counts(model, loader, device)
        return sum(correct for correct, _ in counts) // sum(total for _, total in counts)

    return both(share, model, train_loader, val_loader, device)


@mistake("validate", same_as="divided_without_remainder")
def double_slash(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device)
    model.eval()
    answer = {}
    for name, loader in (("train", train_loader), ("val", val_loader)):
        n_right = n_all = 0
        with torch.no_grad():
            for images, labels in loader:
                guess = model(images.to(device)).argmax(dim=1)
                n_right += (guess == labels.to(device)).sum().item()
                n_all += labels.size(0)
        answer[name] = n_right // n_all
    model.train(was_training)
    return answer


@mistake("validate", "the accuracies are in percent", "a share is from 0 to 1")
def percent(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    return {name: 100 * accuracy for name, accuracy in accuracies.items()}


@mistake("validate", same_as="percent")
def times_hundred(model, train_loader, val_loader, device):
    def accuracy(loader):
        correct, total = 0, 0
        for images, labels in loader:
            predicted = model(images.to(device)).argmax(1)
            correct += (predicted == labels.to(device)).sum().item()
            total += labels.size(0)
        return 100 * correct / total

    mode = model.training
    model.to(device).eval()
    with torch.no_grad():
        train, val = accuracy(train_loader), accuracy(val_loader)
    model.train(mode)
    return {"train": train, "val": val}


@mistake("validate", "the accuracies are rounded", "round when you print, not when you measure")
def rounded(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    return {name: round(accuracy, 2) for name, accuracy in accuracies.items()}


@mistake("validate", "the share of wrong answers is measured", "correct counts where prediction and label are equal")
def share_of_errors(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    return {name: 1.0 - accuracy for name, accuracy in accuracies.items()}


@mistake(
    "validate",
    "(N, 1) predictions are compared with (N,) labels, which makes N × N comparisons",
    "both sides of == have the shape (N,): no keepdim, no view(-1, 1)",
)
def n_by_n_comparisons(model, train_loader, val_loader, device):
    def predict(outputs):
        return outputs.argmax(dim=1, keepdim=True)

    return with_predictions(predict, model, train_loader, val_loader, device)


@mistake("validate", same_as="n_by_n_comparisons")
def labels_as_a_column(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device)
    model.eval()
    shares = []
    with torch.no_grad():
        for loader in [train_loader, val_loader]:
            correct, total = 0, 0
            for images, labels in loader:
                predicted = model(images.to(device)).argmax(dim=1)
                labels = labels.to(device).view(-1, 1)
                correct += (predicted == labels).sum().item()
                total += labels.shape[0]
            shares.append(correct / total)
    model.train(was_training)
    return {"train": shares[0], "val": shares[1]}


@mistake(
    "validate",
    "the largest score is sought along the samples",
    "dim=1 runs along the classes of a sample",
)
def best_along_the_samples(model, train_loader, val_loader, device):
    def predict(outputs):
        return outputs.argmax(dim=0)

    return with_predictions(predict, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "argmax without a dimension gives one number for the whole batch",
    "dim=1 runs along the classes of a sample",
)
def one_prediction_for_a_batch(model, train_loader, val_loader, device):
    return with_predictions(torch.argmax, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "the largest scores are compared with the labels, and not where they are",
    "torch.max with dim gives two things: values, then indices",
)
def scores_compared(model, train_loader, val_loader, device):
    def predict(outputs):
        values, _ = torch.max(outputs, dim=1)
        return values

    return with_predictions(predict, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "torch.max without a dimension gives the largest score of the batch",
    "torch.max with dim gives two things: values, then indices",
)
def largest_score_compared(model, train_loader, val_loader, device):
    return with_predictions(torch.max, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "the second logit is compared with 0.5 as if it were a probability",
    "the class with the largest of all scores counts",
)
def second_logit_above_a_half(model, train_loader, val_loader, device):
    def predict(outputs):
        return (outputs[:, 1] > 0.5).long()

    return with_predictions(predict, model, train_loader, val_loader, device)


@mistake("validate", "both numbers are measured on train_loader", "which loader the second loop goes through")
def train_loader_twice(model, train_loader, val_loader, device):
    return right.validate(model, train_loader, train_loader, device)


@mistake("validate", "both numbers are measured on val_loader", "which loader the first loop goes through")
def val_loader_twice(model, train_loader, val_loader, device):
    return right.validate(model, val_loader, val_loader, device)


@mistake("validate", "train and val are exchanged", "which accuracy belongs to which name")
def exchanged(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    return {"train": accuracies["val"], "val": accuracies["train"]}


@mistake(
    "validate",
    "the accuracies are printed, as the lecture does, and not returned",
    "the last line returns a dict",
)
def printed(model, train_loader, val_loader, device):
    for name, accuracy in right.validate(model, train_loader, val_loader, device).items():
        print(f"accuracy {name}: {accuracy:.2f}")


@mistake("validate", "the accuracies are returned without their names", 'want {"train": ..., "val": ...}')
def without_names(model, train_loader, val_loader, device):
    return tuple(right.validate(model, train_loader, val_loader, device).values())


@mistake("validate", "only the accuracy on val is returned", 'want {"train": ..., "val": ...}')
def val_only(model, train_loader, val_loader, device):
    return right.validate(model, train_loader, val_loader, device)["val"]


@mistake("validate", "the names are not train and val", 'want {"train": ..., "val": ...}')
def other_names(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    return {"train_acc": accuracies["train"], "val_acc": accuracies["val"]}


@mistake(
    "validate",
    "the return stands inside the loop over the loaders",
    "how far the last line is indented",
)
def returned_after_train(model, train_loader, val_loader, device):
    was_training = model.training
    model.to(device).eval()
    accuracies = {}
    for name, loader in (("train", train_loader), ("val", val_loader)):
        with torch.no_grad():
            accuracies[name] = right._accuracy(model, loader, device)
        model.train(was_training)
        return accuracies
    return None


@mistake("validate", "the accuracies are returned as tensors", "plain floats: .item() or int(...)")
def tensors_returned(model, train_loader, val_loader, device):
    accuracies = right.validate(model, train_loader, val_loader, device)
    return {name: torch.tensor(accuracy) for name, accuracy in accuracies.items()}


@mistake("validate", same_as="tensors_returned")
def item_forgotten(model, train_loader, val_loader, device):
    mode = model.training
    model.to(device).eval()
    accuracies = {}
    with torch.no_grad():
        for name, loader in (("train", train_loader), ("val", val_loader)):
            correct = total = 0
            for images, labels in loader:
                correct += (model(images.to(device)).argmax(1) == labels.to(device)).sum()
                total += len(labels)
            accuracies[name] = correct / total
    model.train(mode)
    return accuracies


@mistake("validate", "the accuracies are NumPy's numbers, which json does not write", "plain floats: float(...)")
def numpy_numbers(model, train_loader, val_loader, device):
    def share(model, loader, device):
        hits = [right.predict(model(images.to(device))).cpu() == labels for images, labels in loader]
        return np.mean(torch.cat(hits).tolist())

    return both(share, model, train_loader, val_loader, device)


@mistake(
    "validate",
    "model.training brings back the model's own mode and not that of its layers",
    "model.train(mode) tells every layer",
)
def mode_of_the_model_alone(model, train_loader, val_loader, device):
    was_training = model.training
    accuracies = right.validate(model, train_loader, val_loader, device)
    model.eval()
    model.training = was_training
    return accuracies


@mistake("predict", "the classes are on the CPU, wherever the outputs are", "argmax answers on the device of its input")
def classes_on_the_cpu(outputs):
    return right.predict(outputs).cpu()


@mistake("predict", same_as="classes_on_the_cpu")
def a_new_tensor_of_numbers(outputs):
    return torch.tensor([row.index(max(row)) for row in outputs.tolist()])


@right_answer("predict", "as the indices of torch.max")
def indices_of_max(outputs):
    _, indices = torch.max(outputs, dim=1)
    return indices


@right_answer("predict", "row by row, in plain Python")
def row_by_row(outputs):
    return torch.tensor([row.index(max(row)) for row in outputs.tolist()], device=outputs.device)


@right_answer("predict", "of the probabilities, which have their largest where the scores have it")
def of_probabilities(outputs):
    return outputs.softmax(dim=1).argmax(dim=-1)


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


@right_answer("validate", "by a function that carries no_grad as a decorator, with counts as tensors on the device")
def decorated(model, train_loader, val_loader, device):
    @torch.no_grad()
    def accuracy(loader):
        counts = torch.zeros(2, dtype=torch.float64, device=device)  # right, all
        for images, labels in loader:
            hits = right.predict(model(images.to(device))) == labels.to(device)
            counts += torch.stack([hits.sum(), torch.full_like(hits.sum(), len(hits))])
        return float(counts[0] / counts[1])

    was_training = model.training
    model.to(device).eval()
    accuracies = {"train": accuracy(train_loader), "val": accuracy(val_loader)}
    model.train(was_training)
    return accuracies


@right_answer("predict", "counted down from the largest: stable sorting")
def sorted_stably(outputs):
    return outputs.sort(dim=1, descending=True, stable=True).indices[:, 0]


@right_answer("validate", "all predictions first, with helpers")
def all_predictions_first(model, train_loader, val_loader, device):
    def answers(loader):
        pairs = [(right.predict(model(images.to(device))), labels.to(device)) for images, labels in loader]
        predicted, labels = (torch.cat(list(part)) for part in zip(*pairs, strict=True))
        return predicted, labels

    def share(loader):
        predicted, labels = answers(loader)
        return torch.eq(predicted, labels).double().mean().item()

    mode = model.training
    model.eval()
    model.to(device)
    try:
        with torch.inference_mode():
            return {name: share(loader) for name, loader in (("train", train_loader), ("val", val_loader))}
    finally:
        model.train(mode)


@right_answer("validate", "with each layer back in its own mode")
def each_layer_in_its_own_mode(model, train_loader, val_loader, device):
    in_training = [layer for layer in model.modules() if layer.training]
    accuracies = right.validate(model, train_loader, val_loader, device)
    model.eval()
    for layer in in_training:
        layer.training = True
    return accuracies
