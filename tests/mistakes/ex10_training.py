import statistics

import torch

from mistakes import mistake, right, right_answer

FOUND = right.pick_device()


def one_step(optimizer, model, loss_fn, images, labels):
    """What is done with a batch; gives its loss as a tensor."""
    optimizer.zero_grad()
    loss = loss_fn(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss


def epochs_of(step, n_epochs, model, train_loader, device):
    """The epochs' mean losses, where step(images, labels) does what is done with a batch and gives its loss."""
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        losses = [step(images.to(device), labels.to(device)) for images, labels in train_loader]
        history.append(statistics.fmean(loss.item() for loss in losses))
    return history


def gradients_kept(n_epochs, optimizer, model, loss_fn, train_loader, device):
    """The loop without zero_grad."""

    def step(images, labels):
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "pick_device",
    "is_available is named and not called, and a function counts as True",
    "the brackets in torch.cuda.is_available()",
)
def not_called():
    return torch.device("cuda") if torch.cuda.is_available else right.pick_device()


@mistake("pick_device", "the name of the device is returned as text", "torch.device(...) makes a device of a name")
def device_as_text():
    return right.pick_device().type


@mistake("pick_device", "MPS is forgotten", "a Mac has no CUDA, but it may have MPS")
def without_mps():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@mistake("pick_device", "the machine is asked once, when the file is read", "the question belongs into the function")
def asked_once():
    return FOUND


@mistake(
    "training_loop",
    "the gradients are never emptied, so that each batch is added to those before",
    "optimizer.zero_grad() for each batch",
)
def gradients_not_emptied(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return gradients_kept(n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "the gradients are emptied once in each epoch",
    "each batch makes a step from its own gradients alone",
)
def gradients_emptied_once_an_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        optimizer.zero_grad()
        history += gradients_kept(1, optimizer, model, loss_fn, train_loader, device)
    return history


@mistake(
    "training_loop",
    "the gradients are emptied between backward and step, which then finds none",
    "the order: zero_grad anywhere but between backward and step",
)
def gradients_emptied_too_late(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "the step comes before backward has computed its gradients",
    "the order: forward, backward, step",
)
def step_before_backward(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        optimizer.step()
        loss.backward()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake("training_loop", "backward is forgotten", "who computes the gradients that the step uses")
def backward_forgotten(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        optimizer.step()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "images.to(device) is called and its answer thrown away",
    "a tensor stays where it is: to gives a new one",
)
def moved_for_nothing(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        model.to(device).train()
        losses = []
        for images, labels in train_loader:
            images.to(device)
            losses.append(one_step(optimizer, model, loss_fn, images, labels.to(device)).item())
        history.append(statistics.fmean(losses))
    return history


@mistake("training_loop", "only the images are moved to the device", "the loss compares outputs and labels")
def labels_left_behind(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        model.to(device).train()
        losses = [one_step(optimizer, model, loss_fn, images.to(device), labels) for images, labels in train_loader]
        history.append(statistics.fmean(loss.item() for loss in losses))
    return history


@mistake(
    "training_loop",
    "the model is set to train mode once, before the first epoch",
    "who validates after an epoch may leave the model in eval mode",
)
def train_mode_once(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device).train()
    history = []
    for _ in range(n_epochs):
        batches = ((images.to(device), labels.to(device)) for images, labels in train_loader)
        history.append(statistics.fmean(one_step(optimizer, model, loss_fn, *batch).item() for batch in batches))
    return history


@mistake("training_loop", "the loss is given the labels first", "loss_fn(outputs, labels)")
def loss_arguments_exchanged(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model, lambda a, b: loss_fn(b, a), train_loader, device)


@mistake(
    "training_loop",
    "the sum of the losses is not set to 0 when an epoch begins",
    "where total = 0 stands",
)
def sum_not_reset(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device)
    return [sum(history[: i + 1]) for i in range(n_epochs)]


@mistake(
    "training_loop",
    "the sum of the batches' losses is divided by the number of samples",
    "each loss is a mean already: how many of them were added",
)
def divided_by_samples(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device)
    n_samples = sum(len(labels) for _, labels in train_loader)
    return [loss * len(train_loader) / n_samples for loss in history]


@mistake(
    "training_loop",
    "the losses are added as tensors, which keep the graph of every batch",
    "loss.item() is a plain number",
)
def losses_as_tensors(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            total += one_step(optimizer, model, loss_fn, images.to(device), labels.to(device))
        history.append(total / len(train_loader))
    return history


@mistake(
    "training_loop",
    "the return stands inside the loop over the epochs",
    "how far the last line is indented",
)
def returned_after_one_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(min(n_epochs, 1), optimizer, model, loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "the batches are taken from the loader once and used in every epoch",
    "the loader shuffles anew each time it is gone through",
)
def batches_kept(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model, loss_fn, list(train_loader), device)


@right_answer("training_loop", "gradients emptied first, and a mean of a list of losses")
def emptied_first(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        return one_step(optimizer, model, loss_fn, images, labels)

    return epochs_of(step, n_epochs, model, train_loader, device)


@right_answer("training_loop", "gradients emptied after the step, by the model")
def emptied_last(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        model.zero_grad()
        return loss

    model.zero_grad()
    return epochs_of(step, n_epochs, model, train_loader, device)


@right_answer("training_loop", "losses added on the device, and read once in each epoch")
def read_once(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model, history = model.to(device), []
    while len(history) < n_epochs:
        model.train(True)
        total, count = torch.zeros((), dtype=torch.float64, device=device), 0
        for batch in train_loader:
            images, labels = (tensor.to(device) for tensor in batch)
            optimizer.zero_grad(set_to_none=False)
            loss = loss_fn(model(images), labels)
            loss.backward()
            optimizer.step()
            total, count = total + loss.detach(), count + 1
        history.append((total / count).item())
    return history


@right_answer("pick_device", "with a loop over the names")
def first_of_the_names():
    for name, backend in {"cuda": torch.cuda, "mps": torch.backends.mps}.items():
        if backend.is_available():
            return torch.device(name)
    return torch.device("cpu")
