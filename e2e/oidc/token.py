#!/usr/bin/env python3
"""Logs somebody in as a browser would, and prints what the issuer gave, as JSON.

token.py ISSUER CLIENT USER [SCOPE]

Code flow with PKCE. Whatever form comes is filled in and sent, up to the
redirect to the client.
"""
import base64, hashlib, json, secrets, sys, urllib.parse
from forms import browser, fill, load

CALLBACK = "http://127.0.0.1:1/callback"


def main(issuer, client, user, scope="openid email groups"):
    opener = browser()
    endpoints = json.loads(load(opener, issuer + "/.well-known/openid-configuration")[1])
    verifier = secrets.token_urlsafe(40)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    url, page = load(opener, endpoints["authorization_endpoint"] + "?" + urllib.parse.urlencode({
        "client_id": client, "redirect_uri": CALLBACK, "response_type": "code", "scope": scope,
        "code_challenge": challenge, "code_challenge_method": "S256"}), end=CALLBACK)
    for _ in range(5):
        if url.startswith(CALLBACK):
            break
        action, form = fill(page, user)
        url, page = load(opener, urllib.parse.urljoin(url, action), form, CALLBACK)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
            "client_id": client, "code_verifier": verifier}
    print(load(opener, endpoints["token_endpoint"], form)[1])


main(*sys.argv[1:])
