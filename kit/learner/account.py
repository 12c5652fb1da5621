"""What the judge makes of a reply without an answer, and of a process that ended."""

import signal

from kit.learner.call import WITHOUT_ANSWER, Account, Call


def account_of(reply: dict, printed: str, call: Call | None) -> Account:
    """What a reply tells, taken with care: it comes from the learner's process, which might say "done".

    Raises ValueError, KeyError or TypeError for what is no reply.
    """
    if reply["word"] not in WITHOUT_ANSWER:
        raise ValueError(f"no verdict: {reply['word']!r}"[:100])
    lines = tuple((int(number), str(source)[:200]) for number, source in reply.get("lines", ()))[:3]
    types = tuple(str(name)[:100] for name in reply.get("types", ()))
    return Account(str(reply["word"]), str(reply["message"])[:500], types, lines, printed, call)


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return f"the process ended itself with exit status {status} instead of answering"
    name, words = signal.Signals(-status).name, signal.strsignal(-status)
    return f"the process was killed by {name} ({words}) instead of answering"
