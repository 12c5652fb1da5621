"""A run can be stopped, and gone on with as if it had not been; nothing that was there is lost."""

import os
import re
import signal
import subprocess
import sys

import pytest
import torch
from torch import nn

import processes
from kit.learner.without_dynamo import without_dynamo
from kit.training import checkpoint
from kit.training.checkpoint import CHECKPOINT, CURVE, WEIGHTS

SMALL = ["--pictures", "60", "--batch-size", "16"]


def state_in(folder):
    return torch.load(folder / CHECKPOINT, weights_only=True)


def same(got, want):
    """Whether two states are the same to the bit; the number of epochs asked for is not part of it."""
    if isinstance(got, torch.Tensor):
        return torch.equal(got, want)
    if isinstance(got, dict):
        keys = got.keys() - {"epochs"}
        return keys == want.keys() - {"epochs"} and all(same(got[key], want[key]) for key in keys)
    if isinstance(got, list):
        return len(got) == len(want) and all(map(same, got, want))
    return got == want


@pytest.mark.parametrize("more", [[], ["--fast"]])
def test_two_and_two_epochs_are_four_to_the_bit(run, tmp_path, more):
    net = tmp_path / "exercises/ex08_net.py"
    net.write_text(net.read_text().replace("self.act3 = nn.Tanh()", "self.act3 = nn.Dropout(0.5)"))
    assert run(*SMALL, "--lr", "0.1", "--epochs", "2", *more)[0] == 0
    status, screen, _ = run("--resume", "--epochs", "4", *more)
    assert status == 0
    assert re.findall(r"^epoch +(\d) of 4", screen, re.MULTILINE) == ["3", "4"]
    assert run(*SMALL, "--lr", "0.1", "--epochs", "4", *more, out="at once")[0] == 0
    assert same(state_in(tmp_path / "out"), state_in(tmp_path / "at once"))
    weights = [torch.load(tmp_path / out / WEIGHTS, weights_only=True) for out in ("out", "at once")]
    assert same(*weights)
    assert not list((tmp_path / "out").glob("run-*"))


def test_an_optimizers_own_state_is_gone_on_with(tmp_path):
    def begin():
        model = nn.Linear(2, 1)
        return checkpoint.Run(model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), torch.Generator(), {})

    def step(run):
        run.optimizer.zero_grad()
        run.model(torch.ones(1, 2)).sum().backward()
        run.optimizer.step()

    with without_dynamo():
        run = begin()
        step(run)
        checkpoint.write(run, tmp_path)
        step(run)
        again = begin()
        again.go_back_to(checkpoint.read(tmp_path))
        step(again)
    assert torch.equal(run.model.weight, again.model.weight)


def test_a_run_that_is_whole_is_validated_and_saved_again(run, tmp_path):
    run(*SMALL, "--epochs", "1")
    (tmp_path / "out" / WEIGHTS).unlink()
    status, screen, _ = run("--resume")
    assert status == 0
    assert "epoch" not in screen
    assert (tmp_path / "out" / WEIGHTS).exists()


def test_an_earlier_run_is_kept_under_its_time(run, tmp_path):
    run(*SMALL, "--epochs", "1")
    out = tmp_path / "out"
    (out / "index.html").write_text("somebody else's")
    earlier = {name: (out / name).read_bytes() for name in (CHECKPOINT, WEIGHTS, CURVE)}
    for name in earlier:
        os.utime(out / name, (0, 1e9))
    status, screen, _ = run(*SMALL, "--epochs", "1", "--seed", "1")
    kept = next(out.glob("run-2001-09-*"))
    assert status == 0
    assert f"The earlier run is kept in {kept}.\n" in screen
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == earlier
    assert sorted(path.name for path in out.iterdir()) == sorted([*earlier, "index.html", kept.name])


def test_two_earlier_runs_of_one_second_are_both_kept(tmp_path):
    for content in ("first", "second"):
        (tmp_path / WEIGHTS).write_text(content)
        os.utime(tmp_path / WEIGHTS, (0, 1e9))
        checkpoint.keep_earlier(tmp_path)
    assert sorted(path.read_text() for path in tmp_path.glob(f"run-*/{WEIGHTS}")) == ["first", "second"]


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    def full(*_):
        (tmp_path / f"{CHECKPOINT}.{os.getpid()}").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with without_dynamo():
        model = nn.Linear(1, 1)
        run = checkpoint.Run(model, torch.optim.SGD(model.parameters(), lr=0.1), torch.Generator(), {})
        checkpoint.write(run, tmp_path)
        before = (tmp_path / CHECKPOINT).read_bytes()
        monkeypatch.setattr(torch, "save", full)
        with pytest.raises(checkpoint.CheckpointError, match=r"Nothing can be saved in .*No space left"):
            checkpoint.write(run, tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--batch-size", "8"], "The run in {out} was made with --batch-size 16, not 8."),
        (["--lr", "0.5"], "The run in {out} was made with --lr 0.01, not 0.5."),
        (["--seed", "1"], "The run in {out} was made with --seed 0, not 1."),
        (["--pictures", "61"], "The run in {out} was made with --pictures 60, not 61."),
        (["--epochs", "1"], "The run in {out} has 2 epochs already; --epochs counts these too."),
        (["--mine"], "--mine takes about a minute and keeps no checkpoint; leave out --resume."),
    ],
)
def test_what_does_not_fit_the_run_gets_one_sentence_and_loses_nothing(run, tmp_path, arguments, sentence):
    run(*SMALL, "--epochs", "2")
    before = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    status, _, complaint = run("--resume", *arguments)
    assert status == 2
    assert complaint.startswith(sentence.format(out=tmp_path / "out"))
    assert complaint.count("\n") == 1
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_without_a_checkpoint_there_is_nothing_to_go_on_with(run, tmp_path):
    status, screen, complaint = run("--resume")
    assert (status, screen) == (2, "")
    assert complaint.startswith(f"There is no run to go on with: {tmp_path / 'out' / CHECKPOINT} does not exist.")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG", b"PK\x03\x04 broken", "weights"])
def test_a_file_that_is_no_checkpoint_gets_one_sentence_and_is_left_alone(run, tmp_path, content):
    run(*SMALL, "--epochs", "1")
    path = tmp_path / "out" / CHECKPOINT
    path.write_bytes((tmp_path / "out" / WEIGHTS).read_bytes() if content == "weights" else content)
    before = path.read_bytes()
    status, _, complaint = run("--resume")
    assert (status, complaint.count("\n")) == (2, 1)
    assert complaint.startswith(f"{path} is no checkpoint of a training, or is damaged.")
    assert path.read_bytes() == before


def test_a_checkpoint_runs_no_code(run, tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path / "trapped").touch, ()

    run(*SMALL, "--epochs", "1")
    torch.save(state_in(tmp_path / "out") | {"more": Trap()}, tmp_path / "out" / CHECKPOINT)
    assert run("--resume")[0] == 2
    assert not (tmp_path / "trapped").exists()


def test_another_networks_checkpoint_gets_one_sentence(run, tmp_path):
    run(*SMALL, "--epochs", "1")
    net = tmp_path / "exercises/ex08_net.py"
    net.write_text(net.read_text().replace("nn.Linear(32, 2)", "nn.Linear(32, 3)"))
    status, _, complaint = run("--resume", "--epochs", "2")
    assert (status, complaint.count("\n")) == (2, 1)
    assert complaint.startswith("The run is of another network than yours is now: ")
    assert "fc2.weight" in complaint


def test_other_pictures_than_the_runs_get_one_sentence(run, tmp_path):
    run(*SMALL, "--epochs", "1")
    state = state_in(tmp_path / "out")
    state["settings"] |= {"fingerprint": 1, "source": "pictures of cats"}
    torch.save(state, tmp_path / "out" / CHECKPOINT)
    status, _, complaint = run("--resume", "--epochs", "2")
    sentence = f"The run in {tmp_path / 'out'} was trained on other pictures: pictures of cats.\n"
    assert (status, complaint) == (2, sentence)


def start(out, *arguments):
    """The command in a process of its own, as far as its first line that begins with the last argument."""
    command = [sys.executable, "-m", "kit.train", "--solutions", "--out", str(out), *arguments[:-1]]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = processes.start(*command, env={"OMP_NUM_THREADS": "1"}, **pipes)
    for line in process.stdout:
        if line.startswith(arguments[-1]):
            return process
    raise AssertionError(process.communicate()[1])


def test_ctrl_c_keeps_the_weights_and_the_curve_of_the_last_whole_epoch(run, tmp_path):
    out = tmp_path / "out"
    process = start(out, *SMALL, "--epochs", "100000", "epoch   2")
    process.send_signal(signal.SIGINT)
    complaint = process.communicate(timeout=60)[1]
    state = state_in(out)
    n = len(state["history"])
    files = f"{WEIGHTS}, {CURVE} and {CHECKPOINT}"
    assert process.returncode == 130
    assert complaint == (
        f"Stopped. {n} epochs are kept in {out}: {files}.\nGo on with: nox -s train -- --resume --out {out}\n"
    )
    assert n >= 2
    assert same(torch.load(out / WEIGHTS, weights_only=True), state["model"])
    assert (out / CURVE).stat().st_size > 5000
    assert sorted(path.name for path in out.iterdir()) == sorted([CHECKPOINT, CURVE, WEIGHTS])


def test_what_half_an_epoch_has_learned_is_not_kept(run, tmp_path):
    loop = tmp_path / "exercises/ex10_training.py"
    whole = loop.read_text()
    assert "loss.item()\n" in whole
    stop = ["loss.item()", "STEPS.append(1)", "if len(STEPS) == 6:", "    raise KeyboardInterrupt", ""]
    loop.write_text(whole.replace("loss.item()\n", "\n            ".join(stop) + "\n") + "\n\nSTEPS = []\n")
    status, _, complaint = run(*SMALL, "--epochs", "3")  # four steps each
    assert status == 130
    assert complaint.startswith("Stopped. 1 epoch is kept in ")
    assert same(torch.load(tmp_path / "out" / WEIGHTS, weights_only=True), state_in(tmp_path / "out")["model"])
    loop.write_text(whole)
    assert run("--resume")[0] == 0
    assert run(*SMALL, "--epochs", "3", out="at once")[0] == 0
    assert same(state_in(tmp_path / "out"), state_in(tmp_path / "at once"))


def test_ctrl_c_in_the_first_epoch_leaves_everything_as_it_was(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / CHECKPOINT).write_text("an earlier run")
    process = start(out, "--pictures", "3000", "--batch-size", "1", "Training")
    process.send_signal(signal.SIGINT)
    complaint = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert complaint == f"Stopped. No epoch was whole yet, so nothing was saved; what was in {out} is as it was.\n"
    assert [path.read_text() for path in out.iterdir()] == ["an earlier run"]
