"""What a test explorer does to pytest: a plugin that reports over a local socket, under absolute ids.

    python -m pytest -p editor --rootdir=PROJECT [--collect-only] ID...

Written after the protocol of VS Code's extension for Python: messages of JSON behind a header with their length, over
the socket that TEST_RUN_PIPE names. Where a test stands is learned around pytest_runtest_protocol; what became of it,
when pytest asks for its status.
"""

import json
import os
import pathlib
import socket
import sys

import pytest

paths = {}


def send(payload):
    text = json.dumps({"jsonrpc": "2.0", "params": {"cwd": os.getcwd(), **payload}}).encode()
    with socket.socket(socket.AF_UNIX) as pipe:
        pipe.connect(os.environ["TEST_RUN_PIPE"])
        pipe.sendall(f"Content-Length: {len(text)}\r\nContent-Type: application/json\r\n\r\n".encode() + text)


def absolute(node_id, path):
    return "::".join([str(path), *node_id.split("::")[1:]])


def pytest_collection_finish(session):
    if session.config.option.collectonly:
        ids = [absolute(item.nodeid, item.path) for item in session.items]
        send({"tests": ids, "has_torch": "torch._C" in sys.modules})


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_protocol(item, nextitem):
    paths[item.nodeid] = item.path
    return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_report_teststatus(report, config):
    if report.when == "call":
        node = absolute(report.nodeid, paths.get(report.nodeid, pathlib.Path.cwd()))
        send({"result": {node: {"outcome": report.outcome, "message": report.longreprtext if report.failed else ""}}})
    return (yield)


def pytest_exception_interact(node, call, report):
    if not node.config.option.collectonly:
        send({"result": {absolute(node.nodeid, node.path): {"outcome": "error", "message": report.longreprtext}}})


def pytest_sessionfinish(session, exitstatus):
    send({"status": int(exitstatus)})
