#!/usr/bin/env python3
"""Logs somebody in as a browser would, and prints what the issuer gave, as JSON.

token.py ISSUER CLIENT USER [SCOPE]

Code flow with PKCE. Whatever form comes is filled in and sent, up to the
redirect to the client.
"""
import base64, hashlib, html, http.cookiejar, json, re, secrets, sys, urllib.error, urllib.parse, urllib.request

CALLBACK = "http://127.0.0.1:1/callback"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *ignored):
        return None


# Keycloak says Secure also over http, which browsers take from localhost.
jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("https", "http")))
browser = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar), NoRedirect)


def load(url, form=None):
    """The answer behind all redirects: its address and its text."""
    data = urllib.parse.urlencode(form).encode() if form else None
    for _ in range(20):
        if url.startswith(CALLBACK):
            return url, ""
        try:
            with browser.open(urllib.request.Request(url, data), timeout=20) as answer:
                return url, answer.read().decode()
        except urllib.error.HTTPError as answer:
            if answer.code // 100 != 3:
                sys.exit(f"{url} answered {answer.code}: {answer.read().decode()[:500]}")
            url, data = urllib.parse.urljoin(url, answer.headers["Location"]), None
    sys.exit("too many redirects")


def fill(page, user):
    """Where the page's form goes, and with what."""
    action = html.unescape(re.search(r'<form[^>]* action="([^"]*)"', page).group(1))
    form = {}
    for field in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]*)"', field)
        value = re.search(r'value="([^"]*)"', field)
        if name:
            form[name.group(1)] = html.unescape(value.group(1)) if value else ""
    form.update({name: user for name in ("login", "username") if name in form})
    form.update({"password": "password"} if "password" in form else {})
    return action, form


def main(issuer, client, user, scope="openid email groups"):
    with browser.open(issuer + "/.well-known/openid-configuration", timeout=20) as answer:
        endpoints = json.load(answer)
    verifier = secrets.token_urlsafe(40)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    url, page = load(endpoints["authorization_endpoint"] + "?" + urllib.parse.urlencode({
        "client_id": client, "redirect_uri": CALLBACK, "response_type": "code", "scope": scope,
        "code_challenge": challenge, "code_challenge_method": "S256"}))
    for _ in range(5):
        if url.startswith(CALLBACK):
            break
        action, form = fill(page, user)
        url, page = load(urllib.parse.urljoin(url, action), form)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK,
            "client_id": client, "code_verifier": verifier}
    print(load(endpoints["token_endpoint"], form)[1])


main(*sys.argv[1:])
