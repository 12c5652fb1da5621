import ex05_conv2d
import torch.nn.functional as F
from assertions import assert_same
from hypothesis import given
from strategies import conv2d_calls


@given(call=conv2d_calls())
def test_conv2d_equals_pytorch(call):
    assert_same(ex05_conv2d.conv2d(**vars(call)), F.conv2d(**vars(call)))
