"""A small network. It stands alone here: from what a learner's code is given, it comes to nothing else of the kit."""

from torch import Tensor, nn


class Net(nn.Module):
    """Batch norm, dropout and a layer. Shape: (N, 2, 1, 2) -> (N, 3).

    eps is large, so that a running variance of 0.75 or 3.75 divides by exactly 1 or 2.
    """

    def __init__(self, state=None, dropout=0.0):
        super().__init__()
        self.norm = nn.BatchNorm2d(2, eps=0.25)
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(4, 3)
        self.double()
        if state is not None:
            self.load_state_dict(state)

    def forward(self, images: Tensor) -> Tensor:
        return self.fc(self.drop(self.norm(images)).flatten(1))
