"""Chromium with a page of fields of each kind, whose texts it prints."""

from urllib.parse import quote

from playwright.sync_api import sync_playwright

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--ozone-platform=x11")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
_PAGE = """<!doctype html><title>program</title>
<input id=plain><input id=password type=password><input id=pin type=password inputmode=numeric>
<script>
document.addEventListener("input", (event) => {
  const fields = [...document.querySelectorAll("input")].map((field) => [field.id, field.value]);
  const told = { what: "text", text: event.target.value, ...Object.fromEntries(fields) };
  console.log(JSON.stringify(told));
});
</script>"""

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", headless=False, args=[*_ARGUMENTS, *_QUIET]
    )
    page = browser.new_page()
    page.on("console", lambda message: print(message.text, flush=True))
    page.goto("data:text/html," + quote(_PAGE))
    page.focus("#plain")
    page.wait_for_timeout(1_000_000)
