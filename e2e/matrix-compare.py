#!/usr/bin/env python3
"""Compares what the same commands said directly and through Gatehouse.

    matrix-compare.py CLIENT DIRECT DIRECT_NAMESPACE DIRECT_SERVER GATE GATE_NAMESPACE GATE_SERVER

DIRECT and GATE are folders that matrix-commands.sh filled. The exit codes have to be the same, and expected; stdout and
stderr have to be the same but for what RULES takes out. Prints `ok CLIENT NAME` or `not ok CLIENT NAME: why` for each
command and last `N passed, M failed`; fails if one did.
"""
import difflib, os, re, sys

client, *sides = sys.argv[1:]
sides = [sides[:3], sides[3:]]

# What no two runs have in common. The names that a server generates are of consonants and digits only.
NAME = "[bcdfghjklmnpqrstvwxz2456789]"
RULES = [(re.compile(pattern, re.M), by) for pattern, by in [
    # What the cluster knows of a client certificate, and of nobody who came through Gatehouse.
    (r',\n *"extra": \{\n *"authentication\.kubernetes\.io/credential-id": \[\n.*\n *\]\n *\}', ""),
    (r"^Extra: authentication\.kubernetes\.io/credential-id .*\n", ""),
    # What a client thinks of a last word to a stream that it has closed.
    (r"^.*\bUnknown stream id \d+, discarding message\n", ""),
    # How far a controller is when it is asked, told line by line.
    (r"^Waiting for deployment .*\n", ""),
    # Tokens, certificates, ids.
    (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "TOKEN"),
    (r"LS0tLS1CRUdJTi[\w+/=]+", "PEM"),
    (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UID"),
    (r"(resourceVersion\W{1,6})\d+", r"\1N"),
    # Generated names: pods, replica sets, node debuggers, hashes, temporary files.
    (rf"\b([a-z][a-z0-9-]*)-{NAME}{{8,10}}(-{NAME}{{5}})?\b", lambda m: m[1] + "-HASH" + ("-NAME" if m[2] else "")),
    (rf"\b(node-debugger-e2e-node)-{NAME}{{5}}\b", r"\1-NAME"),
    (rf'(pod-template-hash"?[=:] ?)"?{NAME}+"?', r"\1HASH"),
    (rf"\b(kube-api-access)-{NAME}{{5}}\b", r"\1-NAME"),
    (r"\S*/(LIVE|MERGED)-\d+", r"\1-N"),
    (r"kubectl-edit-\d+\.yaml", "kubectl-edit-N.yaml"),
    # Times and ages.
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: UTC| m=\S+)*", "TIME"),
    (r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "TIME"),
    (r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} +\d+ \d\d:\d\d:\d\d \d{4}", "TIME"),
    (r"^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ", r"\1TIME "),
    (r"(?<![\w.-])\d+(?:\.\d+)?(?:ms|s|m|h|d|y)(?:\d+(?:s|m|h|d))?(?![\w.])", "AGE"),
    (r"<invalid>", "AGE"),  # what was made a moment ago may seem to come from the next second
    # Addresses and ports that are given out.
    (r"\b10\.96\.\d+\.\d+\b", "CLUSTER-IP"),
    (r"(?<![\w.])[3-6]\d{4}(?![\w.])", "PORT"),
    # Columns are as wide as what is in them.
    (r"[ \t]+", " "),
    (r" $", ""),
]]


def read(folder, name):
    with open(f"{folder}/{name}", errors="replace") as file:
        return file.read()


def told(side, name):
    folder, namespace, server = side
    text = read(folder, name).replace(server, "https://SERVER").replace(server.split("/")[2], "SERVER").replace(namespace, "NS")
    for pattern, by in RULES:
        text = pattern.sub(by, text)
    return text


def shown(lines):
    """The lines of a difference; long ones from where they differ on."""
    lines = [line for line in lines if not line.startswith("@@")]
    start = len(os.path.commonprefix([line[1:] for line in lines])) if len(lines) == 2 and lines[0][0] != lines[1][0] else 0
    return [line[0] + "…" * (start > 60) + line[max(start - 60, 0) + 1:][:240] for line in lines]


def difference(name, expected):
    codes = [read(side[0], name + ".code").strip() for side in sides]
    if codes[0] != codes[1]:
        errors = [read(side[0], name + ".stderr").strip()[-300:] for side in sides]
        return f"exit code {codes[0]} directly ({errors[0]}) and {codes[1]} through Gatehouse ({errors[1]})"
    for stream in "stdout", "stderr":
        texts = [told(side, f"{name}.{stream}").splitlines() for side in sides]
        if texts[0] != texts[1]:
            lines = list(difflib.unified_diff(*texts, lineterm="", n=0))[2:]
            return f"{stream} differs: " + " | ".join(shown(lines)[:6])
        if any(line.startswith("(no line like ") for line in texts[0] + texts[1]):
            return f"{stream} lacks a line: " + " | ".join(texts[0][-3:])
    if codes[0] not in expected.split(","):
        return f"exit code {codes[0]} both ways, expected {expected}: " + read(sides[0][0], name + ".stderr").strip()[-300:]
    return None


lists = [[line.split(" ", 2)[:2] for line in read(side[0], "list").splitlines()] for side in sides]
passed = failed = 0
for name, expected in lists[0]:
    why = difference(name, expected) if [name, expected] in lists[1] else "not done through Gatehouse"
    passed, failed = (passed, failed + 1) if why else (passed + 1, failed)
    print(f"not ok {client} {name}: {' '.join(why.split())}" if why else f"ok {client} {name}")
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
