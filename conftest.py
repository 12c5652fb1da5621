"""The judge is a plugin of pytest, here for every folder of the project from which pytest is called."""

pytest_plugins = ["kit.judge.command_line"]
