#!/usr/bin/env python3
"""The forms of a summary, held against what reads them in the world.

    summary.py browser FOLDER   summary.html in a real Chromium, driven through chromedriver (W3C WebDriver, no library)
    summary.py stix FOLDER      summary.stix.json through the package stix2
    summary.py openvex FOLDER   summary.openvex.json against the rules of OpenVEX 0.2.0

Exits with 1 and the reason where something does not hold. Pictures are left in FOLDER/pictures.
"""
import base64
import http.server
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.request


def fail(why):
    sys.exit(f"summary: {why}")


def check(holds, why):
    if not holds:
        fail(why)


# --- a browser -------------------------------------------------------------------------------------------------------


class Driver:
    """As much of W3C WebDriver as is needed."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                if self.call("GET", "/status")["ready"]:
                    break
            except OSError:
                time.sleep(0.1)
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            fail(f"WebDriver {path}: {error.read().decode()[:500]}")

    def of(self, method, path, body=None):
        return self.call(method, f"/session/{self.session}{path}", body)

    def run(self, script, *arguments):
        return self.of("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def log(self, kind):
        return self.of("POST", "/se/log", {"type": kind})

    def devtools(self, command, **parameters):
        return self.of("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def picture(self, file, width, height, dark=False, whole=False):
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.devtools("Emulation.setEmulatedMedia", features=scheme)
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                      mobile=width < 700)
        overflow = self.run("return document.documentElement.scrollWidth - window.innerWidth")
        check(overflow <= 0, f"at {width} the page is {overflow} pixels wider than the window")
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(shot["data"]))


def serve(folder):
    """The folder on loopback; says its port and what was asked for."""
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *_):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1], asked


def free_port():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def browser(folder):
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    port, asked = serve(folder)
    driver_port = free_port()
    process = subprocess.Popen(["chromedriver", f"--port={driver_port}", "--log-level=WARNING"], stdout=subprocess.DEVNULL)
    try:
        driver = Driver(driver_port)
        url = f"http://127.0.0.1:{port}/summary.html"
        driver.of("POST", "/url", {"url": url})
        page(driver, pictures)
        errors = [entry for entry in driver.log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        check(not errors, f"the console says {errors}")
        check(asked == ["/summary.html"], f"more was asked for than the page: {asked}")
        sent = [json.loads(entry["message"])["message"] for entry in driver.log("performance")]
        urls = [event["params"]["request"]["url"] for event in sent if event["method"] == "Network.requestWillBeSent"]
        others = [it for it in urls if not it.startswith((url, "data:"))]
        check(not others, f"the page fetched {others}")
        driver.of("DELETE", "")
    finally:
        process.terminate()
        process.wait()
    print(f"browser: {url} holds; pictures in {pictures}")


def page(driver, pictures):
    policy = driver.run("return document.querySelector('meta[http-equiv]').content")
    check("default-src 'none'" in policy and "unsafe" not in policy, f"the policy is {policy}")
    check(driver.run("return document.documentElement.classList.contains('js')"), "the script did not run")
    check(driver.run("return window.__ran === undefined && document.querySelectorAll('script').length === 1"),
          "something of the evidence became a script")
    check(driver.run("return document.querySelectorAll('img,iframe,object,embed,link[rel=stylesheet]').length === 0"),
          "something of the evidence became an element")
    check(driver.run("return document.body.textContent.includes('<script>window.__ran')"),
          "the planted name is not there as text")
    check("TLP:" in driver.run("return document.querySelector('.tlp').textContent"), "no banner")

    # Sorting: numbers by value, down and up; verdicts by how bad they are.
    sort = """const t = document.getElementById('t-affected');
        const at = Array.from(t.tHead.rows[0].cells).findIndex((c) => c.textContent === arguments[0]);
        t.tHead.rows[0].cells[at].click();
        return Array.from(t.tBodies[0].rows, (r) => r.cells[at].dataset.v ?? r.cells[at].textContent);"""
    up = [int(it) for it in driver.run(sort, "Running")]
    down = [int(it) for it in driver.run(sort, "Running")]
    check(len(up) > 1 and up == sorted(up) and down == sorted(up, reverse=True), f"sorting gave {up}, then {down}")
    verdicts = [int(it) for it in driver.run(sort, "Verdict")]
    check(verdicts == sorted(verdicts), f"sorting by verdict gave {verdicts}")

    # Filtering: only what fits stays, and how many that are is said.
    told = driver.run("""const i = document.querySelector('input[data-for=t-evidence]');
        i.value = 'pods'; i.dispatchEvent(new Event('input'));
        const rows = Array.from(document.getElementById('t-evidence').tBodies[0].rows);
        return [rows.filter((r) => !r.hidden).length, rows.filter((r) => !r.hidden).every((r) => r.textContent.toLowerCase().includes('pods')), rows.length, i.parentElement.querySelector('output').textContent];""")
    shown, fits, total, words = told
    check(0 < shown < total and fits and words == f"{shown} of {total}", f"the filter gave {told}")

    # Lineage: a click marks what hangs together and says what it is; a search finds.
    picked = driver.run("""const node = document.querySelector('figure.lineage g.bad') ?? document.querySelector('figure.lineage g[id]');
        node.parentElement.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
        return [document.querySelectorAll('figure.lineage g.on').length, document.querySelector('.picked').textContent, location.hash];""")
    check(picked[0] == 1 and "stand on it" in picked[1] and picked[2] == "", f"the click gave {picked}")
    found = driver.run("""const i = document.querySelector('input[data-graph]');
        i.value = 'alpine'; i.dispatchEvent(new Event('input'));
        return [document.querySelectorAll('figure.lineage g.on').length, i.parentElement.querySelector('output').textContent];""")
    check(found[0] >= 1 and found[1].startswith(f"{found[0]} of "), f"the search gave {found}")
    driver.run("""document.querySelectorAll('input').forEach((i) => { i.value = ''; i.dispatchEvent(new Event('input')); });
        document.querySelector('.lineage svg').dispatchEvent(new MouseEvent('click', {bubbles: true})); window.scrollTo(0, 0);""")

    driver.picture(pictures / "desktop.png", 1280, 900, whole=True)
    driver.picture(pictures / "desktop-dark.png", 1280, 900, dark=True)
    driver.picture(pictures / "phone.png", 390, 844, whole=True)
    driver.picture(pictures / "phone-dark.png", 390, 844, dark=True)
    driver.devtools("Emulation.clearDeviceMetricsOverride")
    sheet = driver.devtools("Page.printToPDF", preferCSSPageSize=True)
    (pictures / "print.pdf").write_bytes(base64.b64decode(sheet["data"]))


# --- STIX ------------------------------------------------------------------------------------------------------------


def stix(folder):
    import stix2

    text = (folder / "summary.stix.json").read_text()
    raw = json.loads(text)
    bundle = stix2.parse(text, allow_custom=False)
    check(raw["type"] == "bundle" and "spec_version" not in raw, "a bundle of 2.1 has no version of its own")
    by_id = {it["id"]: it for it in raw["objects"]}
    check(len(by_id) == len(raw["objects"]), "an id stands twice")
    for it in raw["objects"]:
        for name, value in it.items():
            refs = value if name.endswith("_refs") else [value] if name.endswith("_ref") else []
            for ref in refs:
                check(ref in by_id, f"{it['id']} names {ref}, which is not there")
        if it["type"] != "marking-definition":
            check(it.get("object_marking_refs"), f"{it['id']} bears no label")
        if "modified" in it:
            check(it["created"] <= it["modified"], f"{it['id']} was changed before it was made")
    # The package works the ids of observables out by itself.
    kinds = {"file": stix2.File, "software": stix2.Software}
    observed = 0
    for it in raw["objects"]:
        if it["type"] in kinds:
            fields = {k: v for k, v in it.items() if k in ("hashes", "name", "version", "vendor", "mime_type")}
            theirs = kinds[it["type"]](**fields).id
            check(theirs == it["id"], f"{it['id']} should be {theirs}")
            observed += 1
    check(observed > 0, "nothing was observed")
    indicators = [it for it in bundle.objects if it["type"] == "indicator"]
    check(indicators, "no indicator is there")
    print(f"stix: {len(raw['objects'])} objects, {observed} observables, {len(indicators)} indicators")


# --- OpenVEX ---------------------------------------------------------------------------------------------------------

STATUS = {"not_affected", "affected", "fixed", "under_investigation"}
DOCUMENT = {"@context", "@id", "author", "role", "timestamp", "last_updated", "version", "tooling", "statements"}
STATEMENT = {"@id", "version", "vulnerability", "timestamp", "last_updated", "products", "status", "supplier",
             "status_notes", "justification", "impact_statement", "action_statement", "action_statement_timestamp"}
JUSTIFICATION = {"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
                 "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"}


def openvex(folder):
    file = folder / "summary.openvex.json"
    document = json.loads(file.read_text())
    check(set(document) <= DOCUMENT, f"unknown fields {set(document) - DOCUMENT}")
    for name in ("@context", "@id", "author", "timestamp", "version", "statements"):
        check(document.get(name), f"{name} is missing")
    check(document["@context"] == "https://openvex.dev/ns/v0.2.0", "another version")
    check(isinstance(document["version"], int) and document["version"] >= 1, "the version is no number from 1")
    seen = set()
    for it in document["statements"]:
        check(set(it) <= STATEMENT, f"unknown fields {set(it) - STATEMENT}")
        check(it["status"] in STATUS, f"status {it['status']}")
        check(isinstance(it["vulnerability"], dict) and it["vulnerability"].get("name"), "a vulnerability has a name")
        check(it.get("products"), "a statement without products is invalid")
        for product in it["products"]:
            purl, digest = product["@id"], product["hashes"]["sha-256"]
            check(purl.startswith("pkg:oci/") and f"@sha256%3A{digest}?" in purl, f"{purl} does not name {digest}")
            check(len(digest) == 64 and (digest, it["status"]) not in seen, f"{digest} stands twice")
            seen.add((digest, it["status"]))
        if it["status"] == "not_affected":
            check(it.get("justification") in JUSTIFICATION or it.get("impact_statement"), "why is it not affected?")
        if it["status"] == "affected":
            check(it.get("action_statement"), "affected, and nothing to do?")
    print(f"openvex: {len(document['statements'])} statements")


if __name__ == "__main__":
    commands = {"browser": browser, "stix": stix, "openvex": openvex}
    if len(sys.argv) != 3 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](pathlib.Path(sys.argv[2]).resolve())
