#!/usr/bin/env python3
"""Compares Gatehouse's records with the API server's own audit log.

    audit-accounts.py HOME AUDIT_LOG H2_JAR JAVA

Gatehouse gives each request an id that the API server takes over as its Audit-ID, so the two logs can be matched to
the request: nothing that the API server did for Gatehouse may be missing in the file sink or in the database, the user
must be the same, and no record may be there twice. Prints what it counted; fails if anything is amiss. Gatehouse must
be stopped.
"""
import collections, glob, json, subprocess, sys

home, audit_log, h2, java = sys.argv[1:]

closed = collections.Counter()
opened = collections.Counter()
records = {}
for name in glob.glob(f"{home}/data/audit-file/file/**/*.jsonl", recursive=True):
    for line in open(name):
        record = json.loads(line)
        request = record["requestId"]
        (closed if record["kind"].upper() == "CLOSE" else opened)[request] += 1
        if record["kind"].upper() == "CLOSE":
            records[request] = record
if not records:
    sys.exit("there is no record at all")

runs = {request.rsplit("-", 1)[0] for request in records}
served = {}
for line in open(audit_log):
    event = json.loads(line)
    if event["auditID"].rsplit("-", 1)[0] in runs and event["stage"] in ("ResponseComplete", "ResponseStarted"):
        served[event["auditID"]] = event.get("impersonatedUser", event["user"])["username"]

database = f"{home}/data/audit-jdbc/database/audit"
shell = [java, "-cp", h2, "org.h2.tools.Shell", "-url", f"jdbc:h2:file:{database}", "-user", "gatehouse", "-password", ""]
def query(sql):
    out = subprocess.run(shell + ["-sql", sql], capture_output=True, text=True)
    if out.returncode:
        sys.exit(f"the database can not be read: {out.stderr or out.stdout}")
    return [line.strip() for line in out.stdout.splitlines()[1:-1]]
rows = {}
for line in query("select request_id, run, sequence from audit_event where upper(kind) = 'CLOSE'"):
    request, run, sequence = (cell.strip() for cell in line.split("|"))
    rows[request] = (run, int(sequence))

problems = []
missing = [request for request in served if request not in records]
problems += [f"{len(missing)} requests that the API server served have no record: {missing[:5]}"] * bool(missing)
def acted(record):
    subject = record.get("subject") or {}
    return subject.get("impersonated") or subject.get("user")
wrong = [r for r, user in served.items() if r in records and acted(records[r]) != user]
problems += [f"{len(wrong)} records name another user than the API server saw: {wrong[:5]}"] * bool(wrong)
twice = [request for request, count in closed.items() if count > 1]
problems += [f"{len(twice)} requests have more than one end: {twice[:5]}"] * bool(twice)
endless = [request for request in opened if request not in closed]
problems += [f"{len(endless)} requests have a beginning and no end: {endless[:5]}"] * bool(endless)
# A process that is killed has given its last batch to one sink, perhaps, and not yet to the other.
in_file = {request: (record["run"], record["sequence"]) for request, record in records.items()}
last_run = max(records.values(), key=lambda record: record["time"])["run"]
def torn(request):
    run, sequence = in_file.get(request) or rows[request]
    ends = [max((s for r, s in sink.values() if r == run), default=0) for sink in (in_file, rows)]
    return run != last_run and sequence > min(ends)
differ = [request for request in set(rows) ^ set(in_file) if not torn(request)]
problems += [f"{len(differ)} requests are in one of file and database only: {sorted(differ)[:5]}"] * bool(differ)

decisions = collections.Counter(record["verdict"]["decision"] for record in records.values())
print(f"{len(records)} requests on record ({dict(decisions)}), {len(opened)} of them lasted; the API server served {len(served)}")
for problem in problems:
    print("problem:", problem)
sys.exit(1 if problems else 0)
