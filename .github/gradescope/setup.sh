#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image. Upload a zip of this repository with the two scripts on top.
# Set the container to at least 1 CPU and 3 GB in the assignment's settings: the default of 768 MB cannot load PyTorch.
set -euo pipefail
cd /autograder/source
apt-get update
apt-get install -y python3 python3-pip python3-venv
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install --quiet uv
UV_TORCH_BACKEND=cpu /autograder/venv/bin/uv pip install --python /autograder/venv/bin/python -e . pytest hypothesis
