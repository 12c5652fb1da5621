"""What leaves each layer of a network, for the picture of a failure; no check looks at it."""

from torch import is_tensor, nn

MOST = 24  # layers


def told_of(build, batch, weights):
    """The layers in the order of their calls: the shape and the mean size of what leaves each, and its gradient's.

    An error ends the row: the layer that raised has no shape. `weights` makes the numbers that the answers are
    multiplied with, of which the gradients' loss is the sum.
    """
    rows, error = [], ""
    try:
        net = build()
        watch(net, rows)
        answer = net(batch)
        size = answer.detach().double().abs().mean().item()
        whole = {"name": "answer", "kind": "", "shape": tuple(answer.shape), "size": size, "gradient": None}
        (answer * weights(answer.shape)).sum().backward()
        for row in rows:
            row["gradient"] = size_of_gradients(net.get_submodule(row["name"]))
        rows.append(whole)
    except Exception as raised:  # of the learner's network: this is what is to be drawn
        error = f"{type(raised).__name__}: {raised}"
    return {"rows": rows, "error": error}


def watch(net, rows):
    """Have a row written for each layer that is called."""

    def before(name, layer):
        if len(rows) < MOST:
            rows.append({"name": name, "kind": type(layer).__name__, "shape": None, "size": None, "gradient": None})

    def after(name, output):
        row = next((row for row in reversed(rows) if row["name"] == name and row["shape"] is None), None)
        if row and is_tensor(output):
            row["shape"], row["size"] = tuple(output.shape), output.detach().double().abs().mean().item()

    for name, layer in layers_of(net):
        layer.register_forward_pre_hook(lambda layer, _, name=name: before(name, layer))
        layer.register_forward_hook(lambda _layer, _, output, name=name: after(name, output))


def layers_of(net):
    """The network's own layers; those inside a Sequential or a ModuleList stand for it."""
    for name, layer in net.named_children():
        if isinstance(layer, nn.Sequential | nn.ModuleList):
            yield from ((f"{name}.{inner}", each) for inner, each in layer.named_children())
        else:
            yield name, layer


def size_of_gradients(layer):
    """The length of a layer's gradient; None if it has none."""
    grads = [parameter.grad for parameter in layer.parameters() if parameter.grad is not None]
    return sum(grad.double().square().sum().item() for grad in grads) ** 0.5 if grads else None
