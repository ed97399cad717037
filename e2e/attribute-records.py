#!/usr/bin/env python3
"""Sends requests through Gatehouse, and compares what it and the API server recorded that they mean.

    attribute-records.py send SAMPLE GATE
    attribute-records.py compare SAMPLE GATE AUDIT_LOG

SAMPLE has a method and a request target on each line, GATE is a folder of gatehouse.sh. The requests are dave's, who may
do everything in Gatehouse and nothing in the cluster, so that the API server names what was asked for and does none of
it. Each says its line in the User-Agent, and Gatehouse's id of it is the API server's Audit-ID.
"""
import collections, glob, http.client, json, ssl, sys, threading

AGENT = "attributes/"
PREFIX = "/clusters/e2e"
THREADS = 6


def lines(sample):
    with open(sample, encoding="latin-1", newline="\n") as file:
        return [line.rstrip("\n").split(" ", 1) for line in file]


def send(sample, gate):
    settings = dict(line.strip().split("=", 1) for line in open(f"{gate}/gatehouse.env"))
    context = ssl.create_default_context(cafile=f"{gate}/home/tls/ca.crt")
    context.load_cert_chain(f"{gate}/users/dave.crt", f"{gate}/users/dave.key")
    requests = lines(sample)
    statuses = collections.Counter()
    lock = threading.Lock()
    problems = []

    def work(first):
        connection = http.client.HTTPSConnection("localhost", int(settings["PORT"]), context=context, timeout=60)
        for number in range(first, len(requests), THREADS):
            method, target = requests[number]
            try:
                connection.putrequest(method, PREFIX + target, skip_accept_encoding=True)
                connection.putheader("User-Agent", f"{AGENT}{number}")
                if method in ("POST", "PUT", "PATCH"):
                    connection.putheader("Content-Length", "0")
                connection.endheaders()
                answer = connection.getresponse()
                answer.read()
            except Exception as e:
                connection.close()
                with lock:
                    problems.append(f"{method} {target}: {e!r}")
                continue
            with lock:
                statuses[answer.status] += 1

    threads = [threading.Thread(target=work, args=(first,)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{sum(statuses.values())} requests sent; statuses {dict(sorted(statuses.items()))}")
    for problem in problems[:10]:
        print("problem:", problem)
    sys.exit(1 if problems else 0)


def recorded(gate):
    """Gatehouse's records of our requests by id: the line's number and what it means."""
    found = {}
    for name in glob.glob(f"{gate}/home/data/audit-file/file/**/*.jsonl", recursive=True):
        for line in open(name):
            record = json.loads(line)
            agent = record["request"]["userAgent"]
            if record["kind"].upper() == "CLOSE" and agent.startswith(AGENT):
                found[record["requestId"]] = (int(agent[len(AGENT) :]), record)
    return found


PARTS = ("apiGroup", "apiVersion", "namespace", "resource", "subresource", "name")
LONGEST = 1024  # UTF-16 units of a name that Gatehouse keeps on record; what it cuts ends in CUT
CUT = "…"


def as_recorded(name):
    units = name.encode("utf-16-le", "surrogatepass")
    return name if len(units) <= 2 * LONGEST else units[: 2 * LONGEST].decode("utf-16-le", "ignore") + CUT


def ours(record, target):
    action = record["request"]["kubernetes"]
    parts = {part: action[part] for part in PARTS} if action["resourceRequest"] else None
    return {"verb": action["verb"], "object": parts, "uri": target}


def theirs(event):
    reference = event.get("objectRef")
    parts = None if reference is None else {part: as_recorded(reference.get(part, "")) for part in PARTS}
    return {"verb": event["verb"], "object": parts, "uri": event["requestURI"]}


def compare(sample, gate, audit_log):
    requests = lines(sample)
    records = recorded(gate)
    events = {}
    for line in open(audit_log):
        event = json.loads(line)
        events[event["auditID"]] = event
    compared, missing, different, done = set(), [], [], []
    verdicts = collections.Counter()
    for request, (number, record) in records.items():
        method, target = requests[number]
        verdicts[record["verdict"]["decision"]] += 1
        event = events.get(request)
        if event is None:
            missing.append(f"{method} {target}: {record['verdict']}")
            continue
        compared.add(number)
        if ours(record, target) != theirs(event):
            different.append(f"{method} {target}\n  Gatehouse:  {ours(record, target)}\n  Kubernetes: {theirs(event)}")
        code = event.get("responseStatus", {}).get("code", 0)
        if code < 300 and event.get("objectRef"):
            done.append(f"{method} {target}: {code}")
    print(
        f"{len(records)} records of {len(requests)} requests ({dict(verdicts)}); {len(compared)} compared with the API"
        f" server's audit, {len(different)} differences"
    )
    for title, problems in (
        ("is not in the API server's audit", missing),
        ("differs", different),
        ("was not refused", done),
    ):
        for problem in problems[:20]:
            print(f"problem: {title}: {problem}")
    complete = len(compared) == len(requests)
    if not complete:
        print(f"problem: {len(requests) - len(compared)} requests were not compared")
    sys.exit(0 if complete and not (missing or different or done) else 1)


if sys.argv[1] == "send":
    send(*sys.argv[2:])
else:
    compare(*sys.argv[2:])
