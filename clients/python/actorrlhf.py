"""Drives an ActorRlhf host from Python: one file, the standard library alone, Python 3.9 or later.

    import actorrlhf
    host = actorrlhf.Host("http://127.0.0.1:8423", token_file="data/token")
    run = host.submit("quickstart", seed=1, set={"rl.steps": 50})["run"]
    for event in host.stream(run):
        print(event.id, event.type)
        if event.type == "run.completed":
            break
    print(host.metrics(run, names=["objective/kl", "heldout/scores"]))

What comes back is what the command line prints with ``--json``: dicts and lists, described in ``docs/guides/host.md``. Every method
raises :class:`HostError`, which carries the host's own words, where the host refuses; and :class:`OSError` where it cannot be reached.
"""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence

__all__ = ["Host", "HostError", "StreamEvent"]

_PAGE = 1000
_END = frozenset({"completed", "failed", "stopped", "diverged"})


class HostError(Exception):
    """The host refused. ``status`` is the HTTP status, ``str(error)`` what it said."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class StreamEvent(NamedTuple):
    """An event of a run as it was stored, or (``id`` is ``None``) how far a stage has come."""

    id: Optional[str]  #: ``r120.e31``: how far both streams were read with it; goes on behind it
    type: str  #: the event's name, such as ``policy.updated``; ``progress`` for progress
    data: Dict[str, Any]  #: the line of ``events``


class Host:
    """A host.

    :param url: where it listens; ``ACTORRLHF_SERVER`` unless given.
    :param token: its token; else the contents of ``token_file``, which is ``ACTORRLHF_TOKEN_FILE`` unless given.
    :param timeout: seconds that an answer may take.
    """

    def __init__(
        self, url: Optional[str] = None, token: Optional[str] = None, token_file: Optional[str] = None, timeout: float = 30
    ) -> None:
        url = url or os.environ.get("ACTORRLHF_SERVER")
        if not url:
            raise ValueError("where is the host? give url, or set ACTORRLHF_SERVER")
        token_file = token_file or os.environ.get("ACTORRLHF_TOKEN_FILE")
        if token is None:
            if not token_file:
                raise ValueError("a token is needed: give token or token_file, or set ACTORRLHF_TOKEN_FILE")
            with open(token_file, encoding="ascii") as file:
                token = file.read().strip()
        self._url, self._token, self._timeout = url.rstrip("/"), token, timeout

    # Runs

    def submit(
        self, recipe: str, seed: Optional[int] = None, set: Optional[Dict[str, Any]] = None, priority: int = 0, key: Optional[str] = None
    ) -> Dict[str, Any]:
        """Puts a run into the queue and returns its line.

        :param recipe: name of a built-in recipe, or a recipe's text, YAML.
        :param set: overrides of the recipe's keys, such as ``{"rl.steps": 50}``.
        :param priority: of two runs that wait, the one with the higher number begins first.
        :param key: makes it safe to repeat the call: one key is one run. A new one unless given, so that the retries of this call are.
        """
        body = _without_none({"recipe": recipe, "seed": seed, "set": set, "priority": priority})
        return self._post("/v1/runs", body, key or str(uuid.uuid4()))

    def runs(self, **filters: Any) -> Iterator[Dict[str, Any]]:
        """The lines of all runs, newest first; ``state``, ``recipe`` and ``text`` choose."""
        return self._pages("/v1/runs", filters)

    def run(self, run: str) -> Dict[str, Any]:
        """One run in full; ``waitsFor`` says why nobody works at it, where that is so. ``latest`` is the one that began last."""
        return self._get(self._path(run))

    def pause(self, run: str, reason: Optional[str] = None) -> Dict[str, Any]:
        """Pauses a run; the answer comes when that is durable."""
        return self._post(self._path(run, "pause"), _without_none({"reason": reason}))

    def resume(self, run: str, reason: Optional[str] = None, accept_build: bool = False) -> Dict[str, Any]:
        """Lets a paused run go on, or one that is held be tried again."""
        return self._post(self._path(run, "resume"), _without_none({"reason": reason, "acceptBuild": accept_build}))

    def stop(self, run: str, reason: Optional[str] = None) -> Dict[str, Any]:
        """Ends a run for good."""
        return self._post(self._path(run, "stop"), _without_none({"reason": reason}))

    def fork(
        self, run: str, step: int, set: Optional[Dict[str, Any]] = None, priority: int = 0, key: Optional[str] = None
    ) -> Dict[str, Any]:
        """Puts a run into the queue that shares ``run``'s past up to ``step``."""
        body = _without_none({"step": step, "set": set, "priority": priority})
        return self._post(self._path(run, "fork"), body, key or str(uuid.uuid4()))

    def wait(self, run: str, poll: float = 1.0) -> Dict[str, Any]:
        """Returns the run when it has ended or is paused."""
        while True:
            shown = self.run(run)
            if shown["state"] in _END or shown["state"] == "paused":
                return shown
            time.sleep(poll)

    # What runs wrote

    def metrics(
        self, run: str, names: Optional[Sequence[str]] = None, start: Optional[int] = None, stop: Optional[int] = None,
        points: Optional[int] = None,
    ) -> Dict[str, List[Any]]:
        """Metrics as a dict of lists of equal length, ready for ``pandas.DataFrame``: ``step``, and one list for each metric.

        :param points: about how many steps; every metric keeps its peaks.
        """
        query = {"names": ",".join(names) if names else None, "from": start, "to": stop, "points": points}
        columns = self._get(self._path(run, "metrics"), query)
        return {"step": columns["step"], **columns["metrics"]}

    def completions(self, run: str, **filters: Any) -> Iterator[Dict[str, Any]]:
        """Completions; ``step``, ``set``, ``prompt``, ``text`` and ``stopReason`` choose."""
        return self._pages(self._path(run, "completions"), filters)

    def events(self, run: str, **filters: Any) -> Iterator[Dict[str, Any]]:
        """Events of one stream; ``stream`` (``training`` or ``evaluations``), ``type``, ``step`` and ``after`` choose."""
        return self._pages(self._path(run, "events"), filters)

    def stream(self, run: str, after: Optional[str] = None, progress: bool = False) -> Iterator[StreamEvent]:
        """A run's events as they become durable, for ever; a connection that breaks is made again, and nothing is missed or doubled.

        :param after: the id of the last event that is known; ``None`` begins with the first.
        :param progress: also yields how far stages have come, which is not stored anywhere.
        """
        pause = 0.2
        while True:
            request = self._request("GET", self._path(run, "stream"))
            if after:
                request.add_header("Last-Event-ID", after)
            try:
                with urllib.request.urlopen(request, timeout=max(self._timeout, 60)) as response:
                    for event in _parse(response):
                        pause = 0.2
                        after = event.id or after
                        if event.id is not None or progress:
                            yield event
            except urllib.error.HTTPError as error:
                raise _refused(error) from None
            except OSError:
                pass  # the host is stopping or gone: it comes back, or the caller gives up
            time.sleep(pause)
            pause = min(pause * 2, 10)

    def schedule(self) -> Dict[str, Any]:
        """At which runs the host works, which come next, and which are held."""
        return self._get("/v1/schedule")

    # HTTP

    @staticmethod
    def _path(run: str, what: str = "") -> str:
        return "/v1/runs/" + urllib.parse.quote(run, safe="") + ("/" + what if what else "")

    def _request(self, method: str, path: str, query: Optional[Dict[str, Any]] = None, body: Any = None) -> urllib.request.Request:
        text = urllib.parse.urlencode(_without_none(query or {}))
        request = urllib.request.Request(
            self._url + path + ("?" + text if text else ""), method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", "Bearer " + self._token)
        if body is not None:
            request.add_header("Content-Type", "application/json")
        return request

    def _send(self, request: urllib.request.Request) -> Any:
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise _refused(error) from None

    def _get(self, path: str, query: Optional[Dict[str, Any]] = None) -> Any:
        return self._send(self._request("GET", path, query))

    def _post(self, path: str, body: Any, key: Optional[str] = None) -> Any:
        request = self._request("POST", path, body=body)
        if key:
            request.add_header("Idempotency-Key", key)
        return self._send(request)

    def _pages(self, path: str, query: Dict[str, Any]) -> Iterator[Dict[str, Any]]:
        after = query.pop("after", None)
        while True:
            page = self._get(path, {"limit": _PAGE, **query, "after": after})
            yield from page["items"]
            after = page["next"]
            if after is None:
                return


def _without_none(values: Dict[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _refused(error: urllib.error.HTTPError) -> HostError:
    text = error.read().decode("utf-8", "replace")
    try:
        detail = json.loads(text)["detail"]
    except (ValueError, KeyError, TypeError):
        detail = text or error.reason
    return HostError(error.code, str(detail))


def _parse(response: Any) -> Iterator[StreamEvent]:
    """Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), as far as a host uses them."""
    fields: Dict[str, str] = {}
    for raw in response:
        line = raw.decode("utf-8").rstrip("\n")
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(":")
            fields[name] = value[1:] if value.startswith(" ") else value
        elif "data" in fields:
            yield StreamEvent(fields.get("id"), fields.get("event", "message"), json.loads(fields["data"]))
            fields = {}
