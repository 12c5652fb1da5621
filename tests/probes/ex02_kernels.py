"""What becomes of one answer when somebody writes into another."""


def kernel_after_another_was_changed(module, function, argument):
    """Two kernels by the same call: the first one, with one weight changed for a while, and the second one."""
    make = getattr(module, function)
    first = make(argument)
    before = first[0, 0].item()
    first[0, 0] = 100
    told = {"first": first.clone(), "second": make(argument).clone()}
    first[0, 0] = before
    return told


def paste(function, argument):
    """Lines that show the same."""
    return f"kernel = {function}({argument!r}); kernel[0, 0] = 100; {function}({argument!r})"


kernel_after_another_was_changed.paste = paste
