#!/usr/bin/env python3
"""An evaluator as a command: counts words, and says which is the longest. Python's standard library only.

    actorrlhf evaluators inject --command "python3 samples/evaluators/words.py"

It reads a JSON message a line from its standard input and answers each with one on its standard output, in order. At the end of the
input it ends. What it writes to standard error goes to the host's log.
"""
import json
import sys

EVALUATOR = {
    "type": "evaluator", "id": "words", "version": "1.0.0", "needs": ["text"],
    "metrics": {
        "words": {"direction": "none", "description": "Words of the completion, separated by white space."},
        "longest-word": {"direction": "none", "description": "Letters of its longest word; null where there is none."},
    },
}


def score(item):
    words = item["completion"].split()
    longest = max(words, key=len, default=None)
    # A score is a number, null, or an object that says what it rests on.
    longest = None if longest is None else {"value": len(longest), "extracted": longest}
    return {"id": item["id"], "scores": {"words": len(words), "longest-word": longest}}


def result(item):
    try:
        return score(item)
    except Exception as error:  # one bad item is an item without a score, not the end of all others
        return {"id": item["id"], "error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "hello":
        answer = EVALUATOR
    else:
        answer = {"type": "scores", "batch": message["batch"], "items": [result(item) for item in message["items"]]}
    print(json.dumps(answer), flush=True)
