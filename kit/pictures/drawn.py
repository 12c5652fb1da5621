"""Pictures of planes and birds, drawn on the spot: no download, and the same again for the same seed.

A plane or bird is 13 tapered strokes in space (equally many, so that one chunk holds both), posed and laid
over a sky. Sky, colours, size and place are drawn without a look at the label, so only the shape tells a
plane from a bird. In shapes n is the number of pictures.
"""

import itertools

import torch
from torch import Tensor
from torch.nn import functional as F

SIDE = 32
CHUNK = 128  # drawn together: few enough that (128, 13, 32, 32) floats stay near the processor
SKIES = torch.tensor(
    [
        (0.24, 0.47, 0.80),  # noon
        (0.55, 0.75, 0.93),  # haze
        (0.86, 0.90, 0.95),  # mist
        (0.58, 0.61, 0.66),  # rain
        (0.97, 0.66, 0.42),  # sunset
        (0.86, 0.52, 0.58),  # dusk
        (0.35, 0.28, 0.50),  # late dusk
        (0.10, 0.14, 0.30),  # night
        (0.30, 0.64, 0.66),  # sea air
    ]
)
LANDS = torch.tensor(
    [
        (0.20, 0.33, 0.18),  # wood
        (0.15, 0.28, 0.40),  # sea
        (0.62, 0.52, 0.35),  # corn
        (0.25, 0.22, 0.22),  # town
    ]
)


class Dice:
    """Random numbers for n pictures at a time, all from one generator."""

    def __init__(self, n: int, generator: torch.Generator):
        self.n, self.generator = n, generator

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Shape: (n, *shape), as all that is rolled here."""
        return low + (high - low) * torch.rand(self.n, *shape, generator=self.generator)

    def normal(self, *shape: int) -> Tensor:
        """Mean 0, standard deviation 1."""
        return torch.randn(self.n, *shape, generator=self.generator)

    def one_of(self, rows: Tensor) -> Tensor:
        """Take a row of a table for each picture."""
        return rows[torch.randint(len(rows), (self.n,), generator=self.generator)]


def draw_pictures(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw n pictures, half planes (0), half birds (1). Shape: images (n, 3, 32, 32) in 0..1, labels (n,)."""
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.arange(n) % 2)[torch.randperm(n, generator=generator)]
    images = torch.empty(n, 3, SIDE, SIDE)
    for chunk, label in zip(images.split(CHUNK), labels.split(CHUNK), strict=True):
        chunk.copy_(draw_chunk(label, Dice(len(label), generator)))
    return images, labels


def draw_chunk(labels: Tensor, dice: Dice) -> Tensor:
    """One picture for each label. Shape: (n,) -> (n, 3, 32, 32)."""
    bird = labels.bool()[:, None, None, None]
    things = posed(torch.where(bird, birds(dice), planes(dice)), dice)  # (n, 13, 2, 4)
    sky = skies(dice)  # (n, 3, 32, 32)
    cover, nearest = ink(things)  # (n, 1, 32, 32), (n, 32, 32)
    images = torch.lerp(sky, paints(sky, things, nearest, dice), cover)
    return (images + 0.02 * dice.normal(3, SIDE, SIDE)).clamp_(0, 1)


def planes(dice: Dice) -> Tensor:
    """Seen from above, the nose up, the fuselage 2 long. Shape: (n, 13, 2 ends, x y z radius)."""
    span, sweep, rise = dice.uniform(0.9, 1.1), dice.uniform(0.25, 0.6), dice.uniform(0, 0.15)
    girth, tail, engine = dice.uniform(0.10, 0.14), dice.uniform(0.32, 0.42), dice.uniform(0.35, 0.5)
    mouth = sweep * engine - 0.32  # the engine's front, a little ahead of the wing
    middle = strokes(
        dice.n,
        (0, -0.95, 0, girth * 0.6, 0, -0.7, 0, girth),  # nose
        (0, -0.7, 0, girth, 0, 0.95, 0, 0.06),  # fuselage
        (0, 0.75, 0, 0.06, 0, 1.0, 0.4, 0.05),  # fin
    )
    side = strokes(
        dice.n,
        (0, -0.18, 0, 0.09, span, sweep - 0.2, rise, 0.04),  # the wing's front edge
        (0, 0.0, 0, 0.10, span, sweep - 0.15, rise, 0.04),
        (0, 0.15, 0, 0.10, span * 0.6, sweep * 0.7 - 0.1, rise * 0.6, 0.05),
        (0, 0.82, 0, 0.08, tail, 1.0, 0, 0.04),  # tailplane
        (engine, mouth, 0, 0.07, engine, mouth + 0.2, 0, 0.07),
    )
    return torch.cat([middle, side, mirrored(side)], 1)


def birds(dice: Dice) -> Tensor:
    """Seen from above, the beak up, a wing about 1 long. Shape: (n, 13, 2 ends, x y z radius)."""
    girth, fan = dice.uniform(0.14, 0.2), dice.uniform(0.1, 0.22)
    middle = strokes(
        dice.n,
        (0, -0.25, 0, girth, 0, 0.3, 0, girth * 0.6),  # body
        (0, -0.45, 0, 0.13, 0, -0.5, 0, 0.12),  # head
        (0, -0.6, 0, 0.05, 0, -0.78, 0, 0.0),  # beak
    )
    path = wing_path(dice)
    wing = [(*inner, *outer) for inner, outer in itertools.pairwise(path)]
    side = strokes(dice.n, *wing, (0, 0.3, 0, 0.08, fan, 0.62, 0, 0.06))  # 4 parts of a wing, half the tail
    return torch.cat([middle, side, mirrored(side)], 1)


def wing_path(dice: Dice) -> list[tuple]:
    """Five points (x, y, z, radius) from a bird's shoulder to the tip of its wing, along a curve."""
    reach, bend = dice.uniform(0.95, 1.2), dice.uniform(0.25, 0.45)
    flap, width = dice.uniform(-0.3, 0.55), dice.uniform(0.13, 0.19)
    path = []
    for t in (0.0, 0.25, 0.5, 0.75, 1.0):
        arch = 4 * t * (1 - t)  # 0 at both ends, 1 half-way
        y = 0.35 * t * t - 0.12 - bend * arch * (1 - 0.3 * t)
        path.append((0.05 + reach * t, y, flap * arch, width * (1 - 0.85 * t)))
    return path


def strokes(n: int, *parts: tuple) -> Tensor:
    """Parts of 8 values, each a number or (n,) numbers, as a tensor (n, parts, 2 ends, x y z radius)."""
    values = [torch.as_tensor(value, dtype=torch.float32).expand(n) for part in parts for value in part]
    return torch.stack(values, 1).view(n, len(parts), 2, 4)


def mirrored(side: Tensor) -> Tensor:
    """Make the left half from the right one."""
    return side * torch.tensor([-1.0, 1.0, 1.0, 1.0])


def posed(things: Tensor, dice: Dice) -> Tensor:
    """Roll, pitch and turn each thing, then give it its size and place in pixels. Shape: kept."""
    things = turned(things, 0, 2, dice.uniform(-0.5, 0.5))
    things = turned(things, 1, 2, dice.uniform(-0.8, 0.8))
    things = turned(things, 0, 1, dice.uniform(-0.5, 0.5))  # by a whole turn: Net at 0.73 after 9 epochs
    things = things * dice.uniform(10, 13, 1, 1, 1)
    things[..., :2] += (SIDE - 1) / 2 + dice.uniform(-3, 3, 1, 1, 2)
    return things


def turned(things: Tensor, first: int, second: int, angle: Tensor) -> Tensor:
    """Turn by an angle in the plane of two of the coordinates. Shape: (n, 13, 2, 4), kept."""
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    a, b = things[..., first], things[..., second]
    out = things.clone()
    out[..., first], out[..., second] = cos * a - sin * b, sin * a + cos * b
    return out


def ink(things: Tensor) -> tuple[Tensor, Tensor]:
    """How far a pixel is covered, 0..1, and the stroke nearest to it. Shape: (n, 1, 32, 32), (n, 32, 32)."""
    x = torch.arange(SIDE, dtype=torch.float32)  # the columns, (32,)
    y = x[:, None]  # the rows, (32, 1)
    start, end = things[..., None, None].unbind(2)  # (n, 13, 4, 1, 1) both
    (x0, y0, _, r0), (dx, dy, _, dr) = start.unbind(2), (end - start).unbind(2)  # (n, 13, 1, 1) each
    squared = dx * dx + dy * dy + 1e-6  # a stroke seen along its length is a point
    along = (x - x0) * (dx / squared) + (y - y0) * (dy / squared)  # (n, 13, 32, 32)
    t = along.clamp_(0, 1)  # the stroke's nearest point, from its start to its end
    aside, below = (x - x0) - t * dx, (y - y0) - t * dy
    gap = aside.square_().add_(below.square_()).sqrt_() - (r0 + t * dr)
    gap, nearest = gap.min(1)  # (n, 32, 32) both
    return (0.5 - gap).clamp_(0, 1)[:, None], nearest


def skies(dice: Dice) -> Tensor:
    """Two colours that run into each other, clouds, and sometimes land. Shape: (n, 3, 32, 32)."""
    down = torch.linspace(0, 1, SIDE)[:, None]  # (32, 1)
    top, low = (dice.one_of(SKIES) + 0.06 * dice.normal(3) for _ in range(2))  # (n, 3) both
    sky = torch.lerp(top[..., None, None], low[..., None, None], down * dice.uniform(0, 0.7, 1, 1, 1))
    blots = F.interpolate(dice.normal(1, 6, 4), (SIDE, SIDE), mode="bicubic", align_corners=True)
    clouds = (blots - 0.3).clamp_(0, 1) * dice.uniform(0, 0.8, 1, 1, 1)  # (n, 1, 32, 32)
    sky = torch.lerp(sky, dice.uniform(0.7, 1, 1, 1, 1), clouds)  # (n, 3, 32, 32)
    horizon = dice.uniform(20, 80, 1, 1, 1) + dice.uniform(-6, 6, 1, 1, 1) * (down.mT - 0.5)
    land = (dice.one_of(LANDS) + 0.03 * dice.normal(3))[..., None, None]
    return torch.lerp(sky, land, (down * SIDE - horizon).clamp(0, 0.9)).clamp_(0, 1)


def paints(sky: Tensor, things: Tensor, nearest: Tensor, dice: Dice) -> Tensor:
    """A colour well lighter or darker than the sky, every stroke by how it stands to the light."""
    level = sky.mean((1, 2, 3))  # (n,)
    dark = dice.uniform(0, 1) < (level - 0.3) / 0.35  # on a bright sky always, on a night sky never
    lighter = level + (1 - level) * dice.uniform(0.65, 0.95)
    tone = torch.where(dark, level * dice.uniform(0.1, 0.45), lighter)
    colour = tone[:, None] * (1 + 0.15 * dice.normal(3))  # (n, 3)
    at = things[..., :2].mean(2)  # the middle of each stroke, (n, 13, 2)
    shade = 1 + 0.02 * ((at - at.mean(1, keepdim=True)) * dice.normal(1, 2)).sum(2)  # (n, 13)
    return colour[..., None, None] * shade.gather(1, nearest.flatten(1)).view(-1, 1, SIDE, SIDE)
