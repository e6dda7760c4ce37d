#!/usr/bin/env python3
"""An evaluator behind a URL: GET says who it is, POST scores. The messages are those of words.py, one for each request.

    python3 samples/evaluators/server.py 8100
    actorrlhf evaluators inject --url http://127.0.0.1:8100/

Nobody can hash what a server does, so its results are marked as unverifiable.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

EVALUATOR = {
    "type": "evaluator", "id": "questions", "version": "1.0.0", "needs": ["text"],
    "metrics": {"questions": {"direction": "none", "description": "Question marks of the completion."}},
}


class Evaluator(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(EVALUATOR)

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        items = [{"id": item["id"], "scores": {"questions": item["completion"].count("?")}} for item in message["items"]]
        self.answer({"type": "scores", "batch": message["batch"], "items": items})

    def answer(self, message):
        body = json.dumps(message).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


with ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Evaluator) as server:
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
