#!/usr/bin/env python3
"""Somebody with two tabs of one browser, again and again.

    tabs.py PORTAL LOGIN USER CA TIMES

Each time both tabs begin a login at once, and both finish it: by turns one after the other, and at the same moment.
Then one tab logs out, and the other one is out, too. Their cookies are one browser's, and none may be left. The
password is `secret of USER`. Prints how long it took; whatever is not as it should be ends it.
"""
import concurrent.futures, http.client, re, ssl, sys, time, urllib.parse

portal, login, user, authority, times = sys.argv[1:]
address = urllib.parse.urlsplit(portal)
tls = ssl.create_default_context(cafile=authority)
jar = {}


class Tab:
    def __init__(self):
        self.connection = http.client.HTTPSConnection(address.hostname, address.port, context=tls, timeout=60)

    def ask(self, method, path, form=None):
        fields = {"Cookie": "; ".join(f"{name}={value}" for name, value in dict(jar).items()), "Accept": "text/html",
                  "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
        body = None
        if form is not None:
            fields |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": portal}
            body = urllib.parse.urlencode(form)
        self.connection.request(method, path, body, fields)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.keep(value)
        return answer.status, answer.getheader("Location", ""), text

    @staticmethod
    def keep(cookie):
        name, value = cookie.split(";")[0].split("=", 1)
        if re.search(r"max-age=0(;|$)", cookie, re.I):
            jar.pop(name, None)
        else:
            jar[name] = value

    def begin(self):
        status, _, text = self.ask("GET", f"/gatehouse/login/{login}")
        assert status == 200, f"the form: {status} {text}"
        self.attempt = re.search(r'name="attempt" value="([^"]*)"', text).group(1)

    def finish(self):
        status, location, text = self.ask("POST", f"/gatehouse/login/{login}",
                                          {"attempt": self.attempt, "user": user, "password": f"secret of {user}"})
        assert (status, location) == (303, "/gatehouse/"), f"the login: {status} {location} {text}"

    def is_in(self):
        status, location, text = self.ask("GET", "/gatehouse/")
        assert status == 200 and user in text or status == 303 and "/gatehouse/login" in location, f"{status} {location} {text}"
        return status == 200


tabs = [Tab(), Tab()]
began = time.monotonic()
with concurrent.futures.ThreadPoolExecutor(2) as threads:
    for turn in range(int(times)):
        list(threads.map(Tab.begin, tabs))
        list(threads.map(Tab.finish, tabs) if turn % 2 else map(Tab.finish, tabs))
        assert all(tab.is_in() for tab in tabs), f"turn {turn}: a tab is not logged in"
        assert len(jar) == 1, f"turn {turn}: cookies are left: {sorted(jar)}"
        before = dict(jar)
        status, _, text = tabs[turn % 2].ask("POST", "/gatehouse/logout", {})
        assert status == 200 and "You are logged out." in text, f"the logout: {status} {text}"
        assert not jar, f"turn {turn}: cookies are left: {sorted(jar)}"
        jar.update(before)  # as somebody who has stolen it
        assert not tabs[1 - turn % 2].is_in(), f"turn {turn}: the session goes on"
        jar.clear()
print(f"{times} times in {time.monotonic() - began:.0f} s")
