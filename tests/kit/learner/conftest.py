import pytest

from kit.learner.accelerator import accelerator
from kit.learner.without_dynamo import without_dynamo


@pytest.fixture
def device():
    with accelerator() as device:
        yield device


@pytest.fixture
def quick_optimizers():
    with without_dynamo():
        yield
