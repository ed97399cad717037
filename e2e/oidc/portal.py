#!/usr/bin/env python3
"""Logs somebody in at a portal as a browser would, and prints the page that they come back to.

portal.py PORTAL LOGIN USER CA [GONE]

Whatever form the provider shows is filled in and sent, up to a page of the portal's own. With a
file GONE, their account is then struck off by a line in it, and the page is the one that they get
once the portal has noticed.
"""
import sys, time, urllib.parse
from forms import browser, fill, load


def main(portal, login, user, authority, gone=None):
    opener = browser(authority)
    url, page = load(opener, f"{portal}/gatehouse/login/{login}")
    for _ in range(5):
        if url.startswith(portal):
            break
        action, form = fill(page, user)
        url, page = load(opener, urllib.parse.urljoin(url, action), form)
    if gone:
        if f":{user}</span>" not in page:
            sys.exit("not logged in")
        with open(gone, "a") as accounts:
            accounts.write(user + "\n")
        until = time.monotonic() + 40
        while f":{user}</span>" in page and time.monotonic() < until:
            time.sleep(0.2)
            page = load(opener, portal + "/gatehouse/")[1]
    print(page)


main(*sys.argv[1:])
