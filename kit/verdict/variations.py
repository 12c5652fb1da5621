"""New calls from recorded ones: a part of one call's sizes, strides and layouts in another call, with new numbers.

The numbers of drawn inputs are small and whole, so that wrong code may be right by accident; new numbers agree by none.
Whether the new arguments fit together is for the model answer to say.
"""

import random
from dataclasses import dataclass, field, replace

from kit.course.manifest import Exercise
from kit.learner.call import RecordedCall
from kit.learner.lazy_torch import is_tensor
from kit.verdict.inputs import LETTERS, PARTS, Inputs, is_int, letters_of, signature


@dataclass(frozen=True)
class Genes:
    """What a call is made of, in parts that may come from different calls."""

    sizes: dict[str, int] = field(default_factory=dict)  # by the letters of dimensions
    plain: dict[str, object] = field(default_factory=dict)  # arguments that are no tensors
    models: dict[str, object] = field(default_factory=dict)  # tensors: their dtypes, layouts, and how large numbers are
    by_place: int = 0  # how many arguments are not given by name


class Variations:
    """Makes new calls of one function."""

    def __init__(self, exercise: Exercise, function: str, seed: int = 0):
        self.exercise, self.function, self.seed = exercise, function, seed
        self.random = random.Random(seed)
        parameters = signature(exercise, function).parameters if signature(exercise, function) else {}
        self.pairs = PARTS.keys() if {"image", "input"} & parameters.keys() else ()  # may be one number or two
        self.numbers = None  # torch's generator, once there is a tensor

    def genes(self, inputs: Inputs) -> Genes | None:
        """The parts of a call; None if it has none, or tensors with dimensions without a letter."""
        tensors = {name: value for name, value in inputs.bound.arguments.items() if is_tensor(value)}
        if not inputs.bound.arguments or any(self._letters(name, tensor) is None for name, tensor in tensors.items()):
            return None
        sizes = {}
        for name, tensor in tensors.items():
            sizes |= dict(zip(self._letters(name, tensor), tensor.shape, strict=True))
        plain = {name: value for name, value in inputs.bound.arguments.items() if name not in tensors}
        return Genes(sizes, plain, tensors, len(inputs.bound.args))

    def _letters(self, name: str, tensor: object) -> tuple[str, ...] | None:
        return letters_of(name, tensor, self.function)

    def between(self, one: Genes, other: Genes) -> Genes:
        """A call like `one`, with one part or half of all parts from `other`, or next to it."""
        share = self.random.choice((0, 0, 0.25, 0.5))
        places = [(kind, name) for kind in ("sizes", "plain", "models") for name in self._names(kind, one, other)]
        taken = [place for place in places if self.random.random() < share] or [self.random.choice(places)]
        parts = {kind: dict(getattr(one, kind)) for kind in ("sizes", "plain", "models")}
        for kind, name in taken:
            self._take(parts[kind], getattr(other, kind), name)
        return replace(one, **parts)

    def _names(self, kind: str, one: Genes, other: Genes) -> list[str]:
        return sorted(getattr(one, kind).keys() | getattr(other, kind).keys())

    def _take(self, part: dict, other: dict, name: str) -> None:
        if self.random.random() < 0.5 and name in part:
            part[name] = self._next_to(part[name], name)
        elif name in other:
            if not is_tensor(other[name]) or other[name].dtype in {model.dtype for model in part.values()}:
                part[name] = other[name]
        elif name not in LETTERS or name == "bias":
            part.pop(name, None)

    def _next_to(self, value: object, name: str, may_be_pair: bool = True) -> object:
        """A number that is a little more or less; of a pair or a layer one number in it; of a list an item."""
        least = 0 if name == "padding" else 1
        if is_int(value):
            more = max(least, value + self.random.choice((-2, -1, 1, 2)))
            pairs = ((value, more), (more, value)) if may_be_pair and name in self.pairs else ()
            return self.random.choice((more, more, *pairs))
        if not isinstance(value, tuple | list) or not value:
            return value
        place = self.random.randrange(len(value))
        if isinstance(value, list) and self.random.random() < 0.5:
            return value[:place] + self.random.choice(([], value[place:] + value[place:]))
        name = "padding" if name == "padding" or (len(value) == 3 and place == 2) else ""
        return type(value)([*value[:place], self._next_to(value[place], name, may_be_pair=False), *value[place + 1 :]])

    def call(self, genes: Genes, sign: int | None = None) -> RecordedCall | None:
        """The call, with new numbers, of one sign if so asked; None if a tensor has a dimension of unknown size."""
        arguments = dict(genes.plain)
        for name, model in genes.models.items():
            letters = self._letters(name, model)
            if not set(letters) <= genes.sizes.keys():
                return None
            arguments[name] = self._tensor(name, model, tuple(genes.sizes[letter] for letter in letters), sign)
        return self._recorded(arguments, genes.by_place)

    def same_shapes(self, inputs: Inputs) -> RecordedCall:
        """The call itself with new numbers, whatever its dimensions are."""
        arguments = dict(inputs.bound.arguments)
        for name, model in [pair for pair in arguments.items() if is_tensor(pair[1])]:
            arguments[name] = self._tensor(name, model, tuple(model.shape))
        return self._recorded(arguments, len(inputs.bound.args))

    def _tensor(self, name: str, model: object, shape: tuple[int, ...], sign: int | None = None) -> object:
        """One of this shape that lies as the model does and has numbers about as large."""
        from kit.verdict.tensor_variations import ONE_TWICE, ONE_ZERO, like, new_generator

        self.numbers = self.numbers or new_generator(self.seed)
        if sign is None:
            sign = self.random.choice((0, 0, 0, 0, 0, 0, 1, -1))
        with_ = "" if name == "std" else self.random.choice(("",) * 8 + (ONE_ZERO, ONE_TWICE))
        return like(model, shape, self.numbers, 1 if name == "std" else sign, with_)

    def _recorded(self, arguments: dict[str, object], by_place: int) -> RecordedCall:
        names = [*signature(self.exercise, self.function).parameters]
        args = []
        for name in names[:by_place]:
            if name not in arguments:
                break
            args.append(arguments[name])
        by_name = {name: arguments[name] for name in names[len(args) :] if name in arguments}
        return RecordedCall({"function": self.function}, tuple(args), by_name)
