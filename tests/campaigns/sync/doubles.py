"""listmonk, Mailchimp and Mautic as their documentation describes them: real HTTP servers.

Each double stores its data in memory, and refuses what the real service refuses.
"""

import contextlib
import json
import re
from base64 import b64decode
from collections.abc import Iterator
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from servers.ports import HOST

Answer = tuple[int, Any]


class Double:
    """A service: `login` are the credentials that it accepts, `people` its entries."""

    login = ("lastdrop", "key")

    def __init__(self) -> None:
        self.people: dict[Any, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.url = ""
        self.made = 0
        # Requests that match this pattern are carried out without a response.
        self.silent_to = "^$"

    def new_key(self) -> int:
        self.made += 1
        return self.made

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        for pattern, act in self.routes().items():
            if match := re.fullmatch(pattern, f"{method} {path}"):
                return act(*match.groups(), query=query, body=body)
        return 404, {"message": "not found"}

    def routes(self) -> dict[str, Any]:
        raise NotImplementedError


class Listmonk(Double):
    """List 3 is ours, list 9 belongs to others."""

    def routes(self) -> dict[str, Any]:
        return {
            r"GET /api/lists/(3|9)": lambda number, **_: (200, {"data": {"id": int(number)}}),
            r"POST /api/subscribers": self.add,
            r"GET /api/subscribers": self.search,
            r"GET /api/subscribers/(\d+)": self.show,
            r"PUT /api/subscribers/lists": self.change_lists,
            r"PUT /api/subscribers/(\d+)": self.change,
            r"DELETE /api/subscribers/(\d+)": self.delete,
        }

    def shown(self, key: int) -> Answer:
        person = self.people[key]
        lists = [
            {"id": each, "subscription_status": state} for each, state in person["lists"].items()
        ]
        return 200, {"data": {"id": key, **person, "lists": lists}}

    def add(self, *, body: Any, **_: Any) -> Answer:
        email = body["email"].lower()
        if not body["name"]:
            return 400, {"message": "Invalid length for `name`."}
        if any(person["email"] == email for person in self.people.values()):
            return 409, {"message": "E-mail already exists."}
        state = "confirmed" if body.get("preconfirm_subscriptions") else "unconfirmed"
        lists = dict.fromkeys(body.get("lists", []), state)
        kept = {"email": email, "name": body["name"], "attribs": body["attribs"]}
        self.people[key := self.new_key()] = {
            **kept,
            "status": body["status"],
            "lists": lists,
        }
        return self.shown(key)

    def search(self, *, query: dict[str, str], **_: Any) -> Answer:
        match = re.fullmatch(r"subscribers\.email = '((?:[^']|'')*)'", query["query"])
        if not match:
            return 400, {"message": "pq: syntax error"}
        email = match[1].replace("''", "'")
        found = [key for key, person in self.people.items() if person["email"] == email]
        return 200, {"data": {"results": [self.shown(key)[1]["data"] for key in found]}}

    def show(self, key: str, **_: Any) -> Answer:
        found = int(key) in self.people
        return self.shown(int(key)) if found else (400, {"message": "Subscriber not found"})

    def change(self, key: str, *, body: Any, **_: Any) -> Answer:
        """Remove the lists that are not in the request; the state in the other lists stays."""
        if int(key) not in self.people:
            return 400, {"message": "Subscriber not found"}
        others = [each["email"] for other, each in self.people.items() if other != int(key)]
        if body["email"].lower() in others:
            return 409, {"message": "E-mail already exists."}
        before = self.people[int(key)]["lists"]
        lists = {each: before.get(each, "unconfirmed") for each in body.get("lists", [])}
        kept = {name: body.get(name) for name in ("email", "name", "attribs", "status")}
        self.people[int(key)] = {**kept, "lists": lists}
        return self.shown(int(key))

    def change_lists(self, *, body: Any, **_: Any) -> Answer:
        for key in body["ids"]:
            for each in body["target_list_ids"]:
                lists = self.people[key]["lists"]
                if body["action"] == "add":
                    lists[each] = body["status"]
                elif body["action"] == "unsubscribe" and each in lists:
                    lists[each] = "unsubscribed"
                elif body["action"] == "remove":
                    lists.pop(each, None)
        return 200, {"data": True}

    def delete(self, key: str, **_: Any) -> Answer:
        self.people.pop(int(key), None)
        return 200, {"data": True}


class Mailchimp(Double):
    """The audience is `a1`. Members are identified by the MD5 of their email address."""

    login = ("key", "key")
    MEMBER = r"/3\.0/lists/a1/members/([0-9a-f]{32})"

    def routes(self) -> dict[str, Any]:
        return {
            r"GET /3\.0/lists/a1": lambda **_: (200, {"id": "a1"}),
            f"GET {self.MEMBER}": self.show,
            f"PUT {self.MEMBER}": self.put,
            f"PATCH {self.MEMBER}": self.patch,
            f"POST {self.MEMBER}/actions/delete-permanent": self.delete,
        }

    def show(self, key: str, **_: Any) -> Answer:
        found = self.people.get(key)
        return (200, {"id": key, **found}) if found else (404, {"title": "Resource Not Found"})

    def put(self, key: str, *, body: Any, **_: Any) -> Answer:
        if md5(body["email_address"].lower().encode()).hexdigest() != key:
            return 400, {"title": "Invalid Resource"}
        if any(isinstance(value, bool) for value in body["merge_fields"].values()):
            return 400, {"title": "Invalid Resource"}
        member = self.people.get(key) or {"status": body["status_if_new"]}
        if "left" in member and body.get("status") == "subscribed":
            return 400, {"title": "Member In Compliance State"}
        self.people[key] = {**member, **{k: v for k, v in body.items() if k != "status_if_new"}}
        return 200, {"id": key, **self.people[key]}

    def patch(self, key: str, *, body: Any, **_: Any) -> Answer:
        if key not in self.people:
            return 404, {"title": "Resource Not Found"}
        new = md5(body.get("email_address", "").lower().encode()).hexdigest()
        if "email_address" not in body:
            new = key
        elif new != key and new in self.people:
            return 400, {"title": "Member Exists"}
        member = {**self.people.pop(key), **body}
        self.people[new] = member
        return 200, {"id": new, **member}

    def delete(self, key: str, **_: Any) -> Answer:
        return (204, None) if self.people.pop(key, None) else (404, {})


class Mautic(Double):
    """Segments 7 and 8 are ours. An email address has only one contact, which is found again.

    The real list of countries has some 240 names; these stand for them.
    """

    COUNTRIES = ("", "Czech Republic", "Kenya", "South Korea")
    NO_COUNTRY = 400, {"errors": [{"message": "country: This value is not valid."}]}

    def routes(self) -> dict[str, Any]:
        return {
            r"GET /api/segments/(7|8)": lambda number, **_: (200, {"list": {"id": int(number)}}),
            r"GET /api/contacts": self.search,
            r"POST /api/contacts/new": self.new,
            r"PATCH /api/contacts/(\d+)/edit": self.edit,
            r"DELETE /api/contacts/(\d+)/delete": self.delete,
            r"POST /api/contacts/(\d+)/dnc/email/(add|remove)": self.dnc,
            r"POST /api/segments/(7|8)/contact/(\d+)/(add|remove)": self.segment,
        }

    def new(self, *, body: Any, **_: Any) -> Answer:
        if body.get("country", "") not in self.COUNTRIES:
            return self.NO_COUNTRY
        for key, contact in self.people.items():
            if contact["email"] == body["email"]:
                contact.update(self.meant(body))
                return 200, {"contact": {"id": key}}
        self.people[key := self.new_key()] = {"dnc": False, "segments": [], **body}
        return 201, {"contact": {"id": key}}

    def edit(self, key: str, *, body: Any, **_: Any) -> Answer:
        if int(key) not in self.people:
            return 404, {"errors": []}
        if body.get("country", "") not in self.COUNTRIES:
            return self.NO_COUNTRY
        self.people[int(key)].update(self.meant(body))
        return 200, {"contact": {"id": int(key)}}

    def meant(self, body: dict[str, Any]) -> dict[str, Any]:
        """Leave out empty values, unless the request says that they are meant."""
        is_blank_meant = body.pop("overwriteWithBlank", False)
        return {name: value for name, value in body.items() if is_blank_meant or value != ""}

    def delete(self, key: str, **_: Any) -> Answer:
        return (200, {}) if self.people.pop(int(key), None) else (404, {})

    def dnc(self, key: str, action: str, **_: Any) -> Answer:
        if int(key) not in self.people:
            return 404, {}
        self.people[int(key)]["dnc"] = action == "add"
        return 200, {}

    def segment(self, number: str, key: str, action: str, **_: Any) -> Answer:
        if int(key) not in self.people:
            return 404, {}
        others = [each for each in self.people[int(key)]["segments"] if each != int(number)]
        self.people[int(key)]["segments"] = others + [int(number)] * (action == "add")
        return 200, {"success": 1}

    def search(self, *, query: dict[str, str], **_: Any) -> Answer:
        """Search by email address only. PHP encodes an empty dictionary as a list."""
        if (query["where[0][col]"], query["where[0][expr]"]) != ("email", "eq"):
            return 400, {"errors": []}
        found = {
            str(key): {"id": key, "fields": {"all": {"email": contact["email"]}}}
            for key, contact in self.people.items()
            if contact["email"].lower() == query["where[0][val]"].lower()
        }
        return 200, {"total": str(len(found)), "contacts": found or []}


@contextlib.contextmanager
def running(double: Double) -> Iterator[Double]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0) or 0))
            name, _, password = (
                b64decode(self.headers.get("Authorization", "")[6:]).decode().partition(":")
            )
            parts = urlsplit(self.path)
            double.asked.append(f"{self.command} {parts.path}")
            status, content = 401, {"message": "who are you?"}
            if (name, password) == double.login:
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                given = json.loads(body) if body else None
                status, content = double.answer(self.command, parts.path, query, given)
                if re.search(double.silent_to, f"{self.command} {parts.path}"):
                    status, content = 504, {"message": "the gateway waited in vain"}
            self.send_response(status)
            self.end_headers()
            if content is not None:
                self.wfile.write(json.dumps(content).encode())

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    double.url = f"http://{HOST}:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
