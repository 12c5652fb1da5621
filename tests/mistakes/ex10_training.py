import copy
import statistics

import numpy as np
import torch
from torch import nn

from mistakes import mistake, right, right_answer

FOUND = torch.device("cpu")  # when the file was read, on a machine that has no more


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


def in_whatever_mode(n_epochs, optimizer, model, loss_fn, train_loader, device):
    """The loop without train()."""
    model.to(device)
    history = []
    for _ in range(n_epochs):
        batches = ((images.to(device), labels.to(device)) for images, labels in train_loader)
        history.append(statistics.fmean(one_step(optimizer, model, loss_fn, *batch).item() for batch in batches))
    return history


def told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device):
    """The right loop, where tell(losses, sizes) makes an epoch's number of its batches' losses and sizes."""
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        losses, sizes = [], []
        for images, labels in train_loader:
            losses.append(one_step(optimizer, model, loss_fn, images.to(device), labels.to(device)).item())
            sizes.append(len(labels))
        history.append(tell(losses, sizes))
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
    "CUDA is taken for granted: nobody asks, or is_available is named without being called",
    "torch.cuda.is_available(), with its brackets: a function that is not called counts as True",
)
def not_called():
    return torch.device("cuda") if torch.cuda.is_available else right.pick_device()


@mistake("pick_device", same_as="not_called")
def always_cuda():
    device = "cuda"
    return torch.device(device)


@mistake(
    "pick_device",
    "where there is no CUDA, MPS is taken for granted",
    "torch.backends.mps.is_available(), with its brackets; is_built asks how PyTorch was made",
)
def mps_taken_for_granted():
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available else "cpu")


@mistake("pick_device", "the name of the device is returned as text", "torch.device(...) makes a device of a name")
def device_as_text():
    return right.pick_device().type


@mistake("pick_device", same_as="device_as_text")
def three_names():
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    return "cpu"


@mistake("pick_device", "MPS is forgotten", "a Mac has no CUDA, but it may have MPS")
def without_mps():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@mistake("pick_device", same_as="without_mps")
def as_in_the_lecture():
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda")
    return device


@mistake("pick_device", "MPS is asked before CUDA", "the fastest first: CUDA before MPS before the CPU")
def mps_first():
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@mistake("pick_device", same_as="mps_first")
def last_one_wins():
    device = "cpu"
    if torch.cuda.is_available():
        device = "cuda"
    if torch.backends.mps.is_available():
        device = "mps"
    return torch.device(device)


@mistake(
    "pick_device",
    "where there is CUDA and no MPS, the CPU is picked, as by an else that belongs to the second if alone",
    "elif, or a return in each if",
)
def if_for_elif():
    if torch.cuda.is_available():
        device = torch.device("cuda")
    if torch.backends.mps.is_available():  # noqa: SIM108
        device = torch.device("mps")
    else:
        device = torch.device("cpu")
    return device


@mistake(
    "pick_device", "there is no answer for a machine that has only the CPU", "the last line: the CPU is always there"
)
def nothing_for_the_cpu():
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return None


@mistake("pick_device", "yes and no are exchanged", "what is picked if CUDA is available")
def yes_and_no_exchanged():
    return torch.device("cpu" if torch.cuda.is_available() else "cuda")


@mistake("pick_device", "the device is printed and not returned", "return")
def printed():
    print(right.pick_device())


@mistake(
    "pick_device",
    "nobody asks, or only once: when the file is read, or at the first call",
    "torch.cuda.is_available() and torch.backends.mps.is_available(), inside the function",
)
def asked_once():
    return FOUND


@mistake(
    "training_loop",
    "the gradients are never emptied, so that each batch is added to those before",
    "optimizer.zero_grad() for each batch",
)
def gradients_not_emptied(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return gradients_kept(n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", same_as="gradients_not_emptied")
def zero_grad_without_brackets(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model = model.to(device)
    history = []
    for epoch in range(1, n_epochs + 1):
        model.train()
        loss_train = 0.0
        for imgs, labels in train_loader:
            imgs = imgs.to(device=device)
            labels = labels.to(device=device)
            outputs = model(imgs)
            loss = loss_fn(outputs, labels)
            optimizer.zero_grad  # noqa: B018
            loss.backward()
            optimizer.step()
            loss_train += loss.item()
        print(f"Epoch {epoch}, loss {loss_train / len(train_loader)}")
        history.append(loss_train / len(train_loader))
    return history


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


@mistake("training_loop", same_as="gradients_emptied_once_an_epoch")
def emptied_after_the_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    losses = []
    optimizer.zero_grad()
    for _epoch in range(n_epochs):
        model.train()
        running, n = 0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = loss_fn(model(x), y)
            loss.backward()
            optimizer.step()
            running += loss.item()
            n += 1
        optimizer.zero_grad()
        losses.append(running / n)
    return losses


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


@mistake("training_loop", same_as="gradients_emptied_too_late")
def emptied_by_the_model(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    model.to(device)
    for _ in range(n_epochs):
        model.train()
        epoch_loss = 0.0
        for images, labels in train_loader:
            prediction = model(images.to(device))
            loss = loss_fn(prediction, labels.to(device))
            epoch_loss += loss.item()
            loss.backward()
            model.zero_grad()
            optimizer.step()
        history.append(epoch_loss / len(train_loader))
    return history


@mistake(
    "training_loop",
    "the step comes before backward, so that it takes the gradients of the batch before",
    "the order: zero_grad, backward, step",
)
def step_with_old_gradients(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
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


@mistake("training_loop", same_as="backward_forgotten")
def backward_without_brackets(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        batch_losses = []
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(images.to(device)), labels.to(device))
            loss.backward  # noqa: B018
            optimizer.step()
            batch_losses.append(loss.item())
        history.append(sum(batch_losses) / len(batch_losses))
    return history


@mistake("training_loop", "the step is forgotten", "who changes the parameters")
def step_forgotten(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake("training_loop", same_as="step_forgotten")
def step_without_brackets(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model = model.to(device)
    all_losses = []
    for _ in range(n_epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            out = model(images.to(device))
            loss = loss_fn(out, labels.to(device))
            loss.backward()
            optimizer.step  # noqa: B018
            total = total + loss.item()
        all_losses.append(total / len(train_loader))
    return all_losses


@mistake(
    "training_loop",
    "the step is made once an epoch, with the gradients of the last batch",
    "how far optimizer.step() is indented",
)
def one_step_an_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            loss = loss_fn(model(images.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            total += loss.item()
        optimizer.step()
        history.append(total / len(train_loader))
    return history


@mistake(
    "training_loop",
    "the gradients of all batches are added for one step an epoch",
    "each batch is used for a step of its own",
)
def gradients_of_an_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        loss.backward()
        return loss

    history = []
    for _ in range(n_epochs):
        optimizer.zero_grad()
        history += epochs_of(step, 1, model, train_loader, device)
        optimizer.step()
    return history


@mistake(
    "training_loop",
    "the loss is cut off from the graph before backward, by detach or no_grad",
    "backward needs the loss as loss_fn gave it",
)
def cut_off_before_backward(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        with torch.no_grad():
            loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake("training_loop", same_as="cut_off_before_backward")
def loss_detached(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        losses = []
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(images.to(device)), labels.to(device)).detach()
            loss.backward()
            optimizer.step()
            losses.append(float(loss))
        history.append(sum(losses) / len(losses))
    return history


@mistake(
    "training_loop",
    "item() makes a plain number of the loss before backward",
    "loss.backward() first, loss.item() afterwards",
)
def item_before_backward(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels).item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "a copy of the model is trained, and the optimizer has the parameters of the original",
    "model.to(device) moves the model itself",
)
def copy_trained(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, copy.deepcopy(model), loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "an optimizer is made anew, and the one that was given does nothing",
    "the optimizer is an argument, with the learning rate of the caller",
)
def optimizer_made_anew(n_epochs, optimizer, model, loss_fn, train_loader, device):
    own = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    return right.training_loop(n_epochs, own, model, loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "a loss function is made anew, and the one that was given is not called",
    "the loss function is an argument",
)
def loss_function_made_anew(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model, nn.CrossEntropyLoss(), train_loader, device)


@mistake(
    "training_loop",
    "the loss is nn.NLLLoss of logits, which wants log-probabilities",
    "the loss function is an argument",
)
def nll_of_logits(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model, nn.NLLLoss(), train_loader, device)


@mistake(
    "training_loop",
    "a softmax comes before loss_fn, which does one itself",
    "loss_fn takes what the model gives",
)
def softmax_before_the_loss(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        return one_step(optimizer, lambda batch: model(batch).softmax(dim=1), loss_fn, images, labels)

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake("training_loop", "the loss is given the labels first", "loss_fn(outputs, labels)")
def loss_arguments_exchanged(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model, lambda a, b: loss_fn(b, a), train_loader, device)


@mistake("training_loop", "the labels are made floats", "a class is a whole number, and stays int64")
def labels_as_floats(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        return one_step(optimizer, model, loss_fn, images, labels.float())

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake("training_loop", "the labels get a second dimension", "labels have the shape (N,)")
def labels_as_a_column(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        return one_step(optimizer, model, loss_fn, images, labels.unsqueeze(1))

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "the classes that the model predicts are compared, through which no gradient comes",
    "loss_fn takes what the model gives, and no argmax of it",
)
def classes_for_outputs(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        return one_step(optimizer, lambda batch: model(batch).argmax(dim=1), loss_fn, images, labels)

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "the images are flattened before they reach the model",
    "the model takes batches (N, C, H, W) and flattens by itself",
)
def images_flattened(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        return one_step(optimizer, model, loss_fn, images.view(images.shape[0], -1), labels)

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "the model goes forward a second time for the loss that is noted",
    "the loss of before the step is the one to note",
)
def forward_twice(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        one_step(optimizer, model, loss_fn, images, labels)
        return loss_fn(model(images), labels)

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "large gradients are clipped",
    "a step of plain gradient descent is asked for: backward, then step",
)
def gradients_clipped(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 0.1)
        optimizer.step()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "every parameter is made trainable, frozen ones too",
    "requires_grad is the caller's business",
)
def everything_unfrozen(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model.requires_grad_(True), loss_fn, train_loader, device)


@mistake("training_loop", "nothing is moved to the device", "images, labels and model come from the CPU")
def nothing_moved(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, torch.device("cpu"))


@mistake("training_loop", same_as="nothing_moved")
def device_asked_again(n_epochs, optimizer, model, loss_fn, train_loader, device):
    device = torch.device("cuda") if torch.cuda.is_available() else torch.device("cpu")
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        train_loss, n_batches = 0.0, 0
        for images, labels in train_loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = loss_fn(model(images), labels)
            loss.backward()
            optimizer.step()
            train_loss += loss.item()
            n_batches += 1
        history.append(train_loss / n_batches)
    return history


@mistake(
    "training_loop", "the device is cuda, whatever was asked for", "device is an argument: .to(device), not .cuda()"
)
def moved_to_cuda(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.cuda()
    return right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, torch.device("cuda"))


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


@mistake("training_loop", same_as="moved_for_nothing")
def to_without_assignment(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        total = 0.0
        for x, y in train_loader:
            x.to(device)
            y.to(device)
            out = model(x)
            loss = loss_fn(out, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total / len(train_loader))
    return history


@mistake("training_loop", "only the images are moved to the device", "the loss compares outputs and labels")
def labels_left_behind(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        model.to(device).train()
        losses = [one_step(optimizer, model, loss_fn, images.to(device), labels) for images, labels in train_loader]
        history.append(statistics.fmean(loss.item() for loss in losses))
    return history


@mistake("training_loop", "the model is not moved to the device", "model.to(device)")
def model_left_behind(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        model.train()
        batches = ((images.to(device), labels.to(device)) for images, labels in train_loader)
        history.append(statistics.fmean(one_step(optimizer, model, loss_fn, *batch).item() for batch in batches))
    return history


@mistake("training_loop", "train() is forgotten", "model.train() at the start of every epoch")
def train_mode_forgotten(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return in_whatever_mode(n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", same_as="train_mode_forgotten")
def activating_gpu(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    model.to(device=device)
    for epoch in range(n_epochs):
        loss_train = 0.0
        for imgs, labels in train_loader:
            imgs = imgs.to(device=device)
            labels = labels.to(device=device)
            loss = loss_fn(model(imgs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_train += loss.item()
        history.append(loss_train / len(train_loader))
        if epoch == 0 or epoch % 10 == 9:
            print(f"epoch {epoch + 1}: training loss {history[-1]}")
    return history


@mistake(
    "training_loop",
    "the model is set to train mode once, before the first epoch",
    "who validates after an epoch may leave the model in eval mode",
)
def train_mode_once(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return in_whatever_mode(n_epochs, optimizer, model.train(), loss_fn, train_loader, device)


@mistake("training_loop", same_as="train_mode_once")
def train_before_the_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    model.train()
    losses = [0.0] * n_epochs
    for epoch in range(n_epochs):
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(images.to(device)), labels.to(device))
            loss.backward()
            optimizer.step()
            losses[epoch] += loss.item() / len(train_loader)
    return losses


@mistake("training_loop", "the model trains in eval mode", "model.train(), and eval() for validation only")
def eval_for_training(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return in_whatever_mode(n_epochs, optimizer, model.eval(), loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "eval() comes after the first epoch, and no train() before the second",
    "model.train() at the start of every epoch",
)
def eval_after_an_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    model.train()
    for _ in range(n_epochs):
        history += in_whatever_mode(1, optimizer, model, loss_fn, train_loader, device)
        model.eval()
    return history


@mistake(
    "training_loop",
    "the seed is set in every epoch, so that the loader shuffles in the same way each time",
    "the caller sets the seed, once",
)
def seed_in_every_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        torch.manual_seed(0)
        history += right.training_loop(1, optimizer, model, loss_fn, train_loader, device)
    return history


@mistake("training_loop", same_as="seed_in_every_epoch")
def another_seed(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    model.to(device)
    for _ in range(n_epochs):
        torch.manual_seed(42)
        model.train()
        total = 0.0
        for images, labels in train_loader:
            loss = loss_fn(model(images.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total / len(train_loader))
    return history


@mistake(
    "training_loop",
    "the batches are taken from the loader once and used in every epoch",
    "the loader shuffles anew each time it is gone through",
)
def batches_kept(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs, optimizer, model, loss_fn, list(train_loader), device)


@mistake(
    "training_loop",
    "iter(train_loader) is called once, and is used up after the first epoch",
    "for images, labels in train_loader: begins anew in each epoch",
)
def iterator_used_up(n_epochs, optimizer, model, loss_fn, train_loader, device):
    batches = iter(train_loader)
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        total = 0.0
        for images, labels in batches:
            total += one_step(optimizer, model, loss_fn, images.to(device), labels.to(device)).item()
        history.append(total / len(train_loader))
    return history


@mistake(
    "training_loop",
    "each epoch takes one batch only, with next(iter(train_loader))",
    "for images, labels in train_loader: goes through all batches",
)
def next_batch_only(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        images, labels = next(iter(train_loader))
        history.append(one_step(optimizer, model, loss_fn, images.to(device), labels.to(device)).item())
    return history


@mistake(
    "training_loop",
    "break ends each epoch after its first batch",
    "a break that was there to try things out",
)
def break_after_a_batch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        total = 0.0
        for images, labels in train_loader:
            total += one_step(optimizer, model, loss_fn, images.to(device), labels.to(device)).item()
            break
        history.append(total / len(train_loader))
    return history


@mistake(
    "training_loop",
    "enumerate gives a number and a batch, which are taken for images and labels",
    "for i, (images, labels) in enumerate(train_loader)",
)
def number_for_images(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        model.to(device).train()
        for images, labels in enumerate(train_loader):
            loss = one_step(optimizer, model, loss_fn, images.to(device), labels.to(device))
        history.append(loss.item())
    return history


@mistake("training_loop", "range(1, n_epochs) has one epoch too few", "range(n_epochs), or range(1, n_epochs + 1)")
def one_epoch_too_few(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs - 1, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "there is one epoch too many", "range(n_epochs) counts from 0 to n_epochs - 1")
def one_epoch_too_many(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return right.training_loop(n_epochs + 1, optimizer, model, loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "the return stands inside the loop over the epochs",
    "how far the last line is indented",
)
def returned_after_one_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    for _ in range(n_epochs):
        return right.training_loop(1, optimizer, model, loss_fn, train_loader, device)
    return None


@mistake(
    "training_loop",
    "the return stands inside the loop over the batches",
    "how far the last line is indented",
)
def returned_after_one_batch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device).train()
    for _ in range(n_epochs):
        for images, labels in train_loader:
            loss = one_step(optimizer, model, loss_fn, images.to(device), labels.to(device))
            return [loss.item() / len(train_loader)]
    return None


@mistake(
    "training_loop",
    "the sum of the losses is not set to 0 when an epoch begins",
    "where total = 0 stands",
)
def sum_not_reset(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device)
    return [sum(history[: i + 1]) for i in range(n_epochs)]


@mistake("training_loop", same_as="sum_not_reset")
def total_before_the_loops(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    running_loss = 0.0
    model = model.to(device)
    for _ in range(n_epochs):
        model.train()
        for batch in train_loader:
            inputs, targets = batch[0].to(device), batch[1].to(device)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = loss_fn(outputs, targets)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
        history.append(running_loss / len(train_loader))
    return history


@mistake(
    "training_loop",
    "sum and number of the losses go on from epoch to epoch, which gives the mean of all so far",
    "both are 0 when an epoch begins",
)
def mean_of_all_so_far(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device)
    return [sum(history[: i + 1]) / (i + 1) for i in range(n_epochs)]


@mistake(
    "training_loop",
    "the sum of the batches' losses is divided by the number of samples",
    "each loss is a mean already: how many of them were added",
)
def divided_by_samples(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return sum(losses) / sum(sizes)

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", same_as="divided_by_samples")
def counted_samples(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    model.to(device)
    for _ in range(n_epochs):
        model.train()
        total_loss, seen = 0.0, 0
        for images, labels in train_loader:
            logits = model(images.to(device))
            loss = loss_fn(logits, labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total_loss += loss.item()
            seen += labels.size(0)
        history.append(total_loss / seen)
    return history


@mistake(
    "training_loop",
    "the sum of the losses is divided by len(train_loader.dataset), which a list of batches does not have",
    "each loss is a mean already: len(train_loader) counts the batches",
)
def divided_by_len_of_dataset(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return sum(losses) / len(train_loader.dataset)

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "the sum of the losses is divided by the size of a batch",
    "each loss is a mean already: how many of them were added",
)
def divided_by_batch_size(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return sum(losses) / sizes[-1]

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "the sum of the losses is divided by the number of epochs", "the mean of one epoch's batches")
def divided_by_epochs(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return sum(losses) / n_epochs

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "the losses are added and not divided", "the mean: the sum by the number of batches")
def sum_for_mean(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return sum(losses)

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake(
    "training_loop",
    "each loss is weighed with the size of its batch",
    "the lecture takes the mean of the batches' means, and so do we",
)
def weighed_by_samples(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return sum(loss * size for loss, size in zip(losses, sizes, strict=True)) / sum(sizes)

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", same_as="weighed_by_samples")
def mean_over_samples(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model = model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        n, running_loss = 0, 0.0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = loss_fn(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            running_loss += loss.item() * x.size(0)
            n += x.size(0)
        history.append(running_loss / n)
    return history


@mistake(
    "training_loop", "only the last batch's loss is noted", "the mean of all batches: add loss.item() in each of them"
)
def last_batch_only(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return losses[-1]

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", same_as="last_batch_only")
def loss_after_the_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    model.to(device)
    for epoch in range(n_epochs):
        model.train()
        for imgs, labels in train_loader:
            loss = loss_fn(model(imgs.to(device)), labels.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print("Epoch: %d, Loss: %f" % (epoch, float(loss)))  # noqa: UP031
        history.append(float(loss))
    return history


@mistake(
    "training_loop",
    "the last batch's loss is divided by the number of batches, without a sum",
    "total += loss.item(), and not total = loss.item()",
)
def last_batch_divided(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return losses[-1] / len(losses)

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "the first batch's loss is noted for the epoch", "the mean of all batches")
def first_batch_noted(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return losses[0]

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "an epoch's losses are noted one by one, in a list", "one number for each epoch: their mean")
def list_for_each_epoch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return losses

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "every batch's loss is noted", "one number for each epoch: how far append is indented")
def a_number_for_each_batch(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []

    def step(images, labels):
        loss = one_step(optimizer, model, loss_fn, images, labels)
        history.append(loss.item())
        return loss

    epochs_of(step, n_epochs, model, train_loader, device)
    return history


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


@mistake("training_loop", same_as="losses_as_tensors")
def detached_losses(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.train()
        losses = []
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = loss_fn(model(images.to(device)), labels.to(device))
            losses.append(loss.detach())
            loss.backward()
            optimizer.step()
        history.append(torch.stack(losses).mean())
    return history


@mistake("training_loop", "the losses are NumPy's numbers, which json does not write", "plain floats: float(...)")
def numpy_numbers(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return np.mean(losses)

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "the losses are text", "plain floats: format a number when you print it")
def losses_as_text(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return f"{statistics.fmean(losses):.4f}"

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake("training_loop", "the losses are rounded", "round when you print, not when you note")
def losses_rounded(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def tell(losses, sizes):
        return round(statistics.fmean(losses), 4)

    return told_by(tell, n_epochs, optimizer, model, loss_fn, train_loader, device)


@mistake(
    "training_loop", "the losses are printed, as the lecture does, and not returned", "the last line returns a list"
)
def losses_printed(n_epochs, optimizer, model, loss_fn, train_loader, device):
    for loss in right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device):
        print(f"loss {loss:.3f}")


@mistake("training_loop", "the model is returned", "the list of losses: the model was changed where it is")
def model_returned(n_epochs, optimizer, model, loss_fn, train_loader, device):
    right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device)
    return model


@mistake("training_loop", "only the last epoch's loss is returned", "a list with one number for each epoch")
def last_epoch_only(n_epochs, optimizer, model, loss_fn, train_loader, device):
    return [0.0, *right.training_loop(n_epochs, optimizer, model, loss_fn, train_loader, device)][-1]


@mistake(
    "training_loop",
    "the training ends once the loss of an epoch grows",
    "n_epochs says how many there are, whatever the loss is",
)
def ends_when_it_gets_worse(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        history += right.training_loop(1, optimizer, model, loss_fn, train_loader, device)
        if history[-1] > history[0]:
            break
    return history


@mistake(
    "training_loop",
    "model.training = True reaches the model alone and not its layers",
    "model.train() tells every layer",
)
def train_mode_for_the_model_alone(n_epochs, optimizer, model, loss_fn, train_loader, device):
    model.to(device)
    history = []
    for _ in range(n_epochs):
        model.training = True
        batches = ((images.to(device), labels.to(device)) for images, labels in train_loader)
        history.append(statistics.fmean(one_step(optimizer, model, loss_fn, *batch).item() for batch in batches))
    return history


@mistake(
    "training_loop",
    "the gradients are emptied after each step, and not before the first one",
    "the model may arrive with gradients: zero_grad before backward",
)
def old_gradients_at_the_start(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake(
    "training_loop",
    "the labels are made whole numbers before loss_fn gets them",
    "labels.to(device) leaves the dtype as it is; some losses want numbers with a fraction",
)
def labels_made_whole(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        return one_step(optimizer, model, loss_fn, images, labels.long().to(labels.dtype))

    return epochs_of(step, n_epochs, model, train_loader, device)


@mistake("training_loop", same_as="labels_made_whole")
def labels_cut_off(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def loss_of_whole_labels(outputs, labels):
        return loss_fn(outputs, labels.trunc() if labels.is_floating_point() else labels)

    return right.training_loop(n_epochs, optimizer, model, loss_of_whole_labels, train_loader, device)


@right_answer("pick_device", "with a loop over the names")
def first_of_the_names():
    for name, backend in {"cuda": torch.cuda, "mps": torch.backends.mps}.items():
        if backend.is_available():
            return torch.device(name)
    return torch.device("cpu")


@right_answer("pick_device", "with the number of the first GPU")
def with_a_number():
    if torch.cuda.device_count() > 0:
        return torch.device("cuda:0")
    return torch.device("mps:0") if torch.backends.mps.is_available() else torch.device("cpu")


@right_answer("pick_device", "with a name that gets better step by step")
def name_that_gets_better():
    name = "cpu"
    if torch.backends.mps.is_available():
        name = "mps"
    if torch.cuda.is_available():
        name = "cuda"
    return torch.device(name)


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


@right_answer("training_loop", "the step is given a function that computes the loss, and train() comes with each batch")
def step_with_a_closure(n_epochs, optimizer, model, loss_fn, train_loader, device):
    history = []
    for _ in range(n_epochs):
        losses = []
        for images, labels in train_loader:
            model.to(device).train()

            def closure(images=images, labels=labels, losses=losses):
                optimizer.zero_grad()
                loss = loss_fn(model(images.to(device)), labels.to(device))
                loss.backward()
                losses.append(loss.item())
                return loss

            optimizer.step(closure)
        history.append(sum(losses) / len(losses))
    return history


@right_answer("training_loop", "gradients by torch.autograd.grad, put where the optimizer looks for them")
def gradients_by_hand(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        loss = loss_fn(model(images), labels)
        trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
        for parameter, gradient in zip(trainable, torch.autograd.grad(loss, trainable), strict=True):
            parameter.grad = gradient
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return epochs_of(step, n_epochs, model, train_loader, device)


@right_answer("training_loop", "an epoch and a step are functions of their own")
def epoch_and_step(n_epochs, optimizer, model, loss_fn, train_loader, device):
    def step(images, labels):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_fn(model(images.to(device=device)), labels.to(device=device))
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    def epoch():
        model.train(True)
        losses = [step(*batch) for batch in train_loader]
        return sum(losses) / len(losses)

    model.to(device)
    return [epoch() for _ in range(n_epochs)]


@right_answer("pick_device", "by recursion over what may be there")
def the_first_that_is_there():
    def first(kinds):
        (name, is_there), *others = kinds
        return torch.device(name) if is_there() else first(others)

    kinds = [("cuda", torch.cuda.is_available), ("mps", torch.backends.mps.is_available), ("cpu", lambda: True)]
    return first(kinds)
