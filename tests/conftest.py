"""The judge is a plugin of pytest. It is named beside this folder; here for graders who take tests/ and kit/ alone."""

from pathlib import Path

if not Path(__file__).parent.with_name("conftest.py").exists():
    pytest_plugins = ["kit.judge.command_line"]
