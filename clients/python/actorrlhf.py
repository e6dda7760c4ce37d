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

import http.client
import json
import os
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Union

__all__ = ["Host", "HostError", "StreamEvent"]

_PAGE = 1000
_END = frozenset({"completed", "failed", "stopped", "diverged"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_AWAY = frozenset({502, 503, 504})


class HostError(Exception):
    """The host refused. ``status`` is the HTTP status, ``str(error)`` what it said."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Takes a redirect for a refusal."""

    def redirect_request(self, *_: Any) -> None:
        return None


class StreamEvent(NamedTuple):
    """An event as it was stored, or (``id`` is ``None``) how far a stage has come."""

    id: Optional[str]  #: goes on behind it: of one run ``r120.e31``, how far both streams were read, of all runs ``o4711``
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
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError(f"{url}: the token would be sent in the clear; use https, or the loopback end of a tunnel")
        token_file = token_file or os.environ.get("ACTORRLHF_TOKEN_FILE")
        if token is None:
            if not token_file:
                raise ValueError("a token is needed: give token or token_file, or set ACTORRLHF_TOKEN_FILE")
            with open(token_file, encoding="ascii") as file:
                token = file.read().strip()
        self._url, self._token, self._timeout = url.rstrip("/"), token, timeout
        # The token must go nowhere but where it was meant to: not to a proxy on the way to this machine, nor where a redirect leads.
        direct = [urllib.request.ProxyHandler({})] if parts.hostname in _LOOPBACK else []
        self._open = urllib.request.build_opener(_NoRedirects, *direct).open

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
        """The lines of all runs, newest first unless ``sort`` (``recipe``, ``state``, ``step``) says otherwise.

        ``state``, ``recipe``, ``text``, ``since`` and ``until`` (times such as ``2026-11-29T12:00:00Z``) choose.
        """
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

    def retry(self, run: str, seed: Optional[int] = None, priority: int = 0, key: Optional[str] = None) -> Dict[str, Any]:
        """Puts the recipe of a run that failed, diverged or was stopped into the queue again, with the same seed unless another is given."""
        body = _without_none({"seed": seed, "priority": priority})
        return self._post(self._path(run, "retry"), body, key or str(uuid.uuid4()))

    def delete(self, run: str, reason: Optional[str] = None, force: bool = False) -> Dict[str, Any]:
        """Deletes a run, by its whole id, for good; needs the scope ``admin``.

        :param force: also a run that has not ended, or whose log is damaged; never one that is under way.
        """
        return self._send(self._request("DELETE", self._path(run), {"reason": reason, "force": "true" if force else None}))

    def export(self, run: str, path: str) -> str:
        """Writes a run into a file that another host, or the command ``import``, takes in. Returns the path.

        The file appears whole or not at all.
        """
        request = self._request("GET", self._path(run, "archive"))
        part = f"{path}.{uuid.uuid4().hex}.part"
        try:
            with self._open(request, timeout=max(self._timeout, 600)) as response, open(part, "xb") as file:
                shutil.copyfileobj(response, file, 1 << 20)
                size = response.headers.get("Content-Length")
                if size is not None and file.tell() != int(size):
                    raise ConnectionError(f"{path}: {file.tell()} of {size} bytes came")
            os.replace(part, path)
        except urllib.error.HTTPError as error:
            raise _refused(error) from None
        finally:
            if os.path.exists(part):
                os.remove(part)
        return path

    def import_run(self, path: str, force: bool = False) -> Dict[str, Any]:
        """Takes a run in that ``export`` wrote, once everything in it is verified; needs the scope ``admin``.

        :param force: also one that was deleted there.
        """
        with open(path, "rb") as file:
            request = self._request("POST", "/v1/archives", {"force": "true" if force else None})
            request.data = file
            request.add_header("Content-Type", "application/zip")
            request.add_header("Content-Length", str(os.path.getsize(path)))
            return self._send(request, timeout=max(self._timeout, 600))

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
        """Completions; ``step``, ``set``, ``prompt``, ``text``, ``stopReason``, ``minReward``, ``maxReward``,
        ``minLength`` and ``maxLength`` choose."""
        return self._pages(self._path(run, "completions"), filters)

    def events(self, run: str, **filters: Any) -> Iterator[Dict[str, Any]]:
        """Events of one stream; ``stream`` (``training`` or ``evaluations``), ``type``, ``step`` and ``after`` choose."""
        return self._pages(self._path(run, "events"), filters)

    def stream(self, run: str, after: Optional[str] = None, progress: bool = False) -> Iterator[StreamEvent]:
        """A run's events as they become durable, for ever; a connection that breaks is made again, and nothing is missed or doubled.

        A host that is not there when this begins is an :class:`OSError`, as everywhere.

        :param after: the id of the last event that is known; ``None`` begins with the first.
        :param progress: also yields how far stages have come, which is not stored anywhere.
        """
        return self._follow(self._path(run, "stream"), {}, after, progress)

    def stream_all(self, after: Optional[str] = None, from_start: bool = False) -> Iterator[StreamEvent]:
        """The events of all runs from now on, likewise; ``data["run"]`` and ``data["stream"]`` say of which.

        :param from_start: begins with the first event that the host has.
        """
        return self._follow("/v1/stream", {"from": "start" if from_start else None}, after, False)

    def _follow(self, path: str, query: Dict[str, Any], after: Optional[str], progress: bool) -> Iterator[StreamEvent]:
        pause, heard = 0.2, False
        while True:
            request = self._request("GET", path, query)
            if after:
                request.add_header("Last-Event-ID", after)
            try:
                with self._open(request, timeout=max(self._timeout, 60)) as response:
                    heard = True
                    for event in _parse(response):
                        pause = 0.2
                        after = event.id or after
                        if event.id is not None or progress:
                            yield event
            except urllib.error.HTTPError as error:
                if not heard or error.code not in _AWAY:
                    raise _refused(error) from None
            except (OSError, http.client.HTTPException):
                if not heard:
                    raise
                # Once it was there, it is stopping or gone: it comes back, or the caller gives up.
            time.sleep(pause)
            pause = min(pause * 2, 10)

    # Jobs

    def audit(self, run: str, recompute: Optional[str] = None, accept_build: bool = False) -> Dict[str, Any]:
        """Has a run's log proved, and with ``recompute`` (``"3..5"`` or ``"all"``) steps executed again; returns the job."""
        return self._post(self._path(run, "audits"), _without_none({"recompute": recompute, "acceptBuild": accept_build}))

    def counterfactual(self, run: str, set: Dict[str, Any]) -> Dict[str, Any]:
        """Has each step computed under another rule, such as ``{"reward.aggregation": "worst-case"}``; returns the job."""
        return self._post(self._path(run, "counterfactuals"), {"set": set})

    def generate(self, model: str, prompts: Sequence[str], **options: Any) -> Dict[str, Any]:
        """Has a run's policy write (``model`` is ``run:RUN@STEP``); returns the job.

        ``count``, ``seed``, ``maxTokens``, ``temperature``, ``topK``, ``topP`` and ``greedy`` say how.
        """
        return self._post("/v1/models/generate", {"model": model, "prompts": list(prompts), **options})

    def jobs(self) -> Iterator[Dict[str, Any]]:
        """The jobs, newest first, without their results."""
        return self._pages("/v1/jobs", {})

    def job(self, job: str) -> Dict[str, Any]:
        """How far a job is: ``state``, ``progress`` from 0 to 1, and ``result`` once it is ``done``."""
        return self._get("/v1/jobs/" + urllib.parse.quote(job, safe=""))

    def cancel(self, job: str) -> Dict[str, Any]:
        """Ends a job."""
        return self._send(self._request("DELETE", "/v1/jobs/" + urllib.parse.quote(job, safe="")))

    def result(self, job: Union[str, Dict[str, Any]], poll: float = 0.5) -> Any:
        """Waits for a job, or the one of an id, and returns its result; raises :class:`HostError` where it comes to none."""
        if isinstance(job, str):
            job = self.job(job)
        while job["state"] in ("queued", "running"):
            time.sleep(poll)
            job = self.job(job["job"])
        if job["state"] != "done":
            raise HostError(409, job["problem"] or f"the job was {job['state']}")
        return job["result"]

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

    def _send(self, request: urllib.request.Request, timeout: Optional[float] = None) -> Any:
        try:
            with self._open(request, timeout=timeout or self._timeout) as response:
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
