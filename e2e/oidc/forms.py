"""A browser without a screen: follows redirects, and fills in whatever form comes."""
import html, http.cookiejar, re, ssl, sys, urllib.error, urllib.parse, urllib.request


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *ignored):
        return None


# Keycloak says Secure also over http, which browsers take from localhost.
jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("https", "http")))


def browser(authority=None):
    """One that trusts the certificates of a file."""
    return urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar), NoRedirect,
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority)))


def load(opener, url, form=None, end="-"):
    """The answer behind all redirects: its address and its text. Nothing is asked of an address that begins with end."""
    data = urllib.parse.urlencode(form).encode() if form else None
    for _ in range(20):
        if url.startswith(end):
            return url, ""
        try:
            with opener.open(urllib.request.Request(url, data), timeout=20) as answer:
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
