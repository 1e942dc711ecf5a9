"""Drive Chromium over its own protocol: keys, clicks, what a page says and how it looks."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
KEYS = {"Enter": (13, "\r"), "Backspace": (8, ""), "Escape": (27, ""), "Tab": (9, ""), " ": (32, " "),
        "ArrowRight": (39, ""), "ArrowLeft": (37, ""), "ArrowUp": (38, ""), "ArrowDown": (40, "")}


def find_chromium() -> str:
    """Return where Chromium is, or nothing."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), "")


class Page:
    """A page of a browser."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self._last = 0
        self.asked: list[str] = []  # addresses that the page loaded
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def close(self) -> None:
        """Let go of the page."""
        self._socket.close()

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            heard = json.loads(self._socket.recv())
            if heard.get("method") == "Network.requestWillBeSent":
                self.asked.append(heard["params"]["request"]["url"])
            if heard.get("id") == self._last:
                if "error" in heard:
                    raise RuntimeError(f"{method}: {heard['error']['message']}")
                return dict(heard["result"])

    def tell(self, script: str) -> Any:
        """Return what an expression is on the page; promises are waited for."""
        told = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in told:
            raise RuntimeError(json.dumps(told["exceptionDetails"])[:500])
        return told["result"].get("value")

    def wait(self, script: str, *, seconds: float = 60) -> Any:
        """Wait until an expression is true."""
        until = time.monotonic() + seconds
        while not (found := self.tell(script)):
            if time.monotonic() > until:
                raise TimeoutError(f"after {seconds} seconds not yet: {script}")
            time.sleep(0.02)
        return found

    def open(self, address: str) -> None:
        """Go to an address."""
        self.call("Page.navigate", url=address)

    def see(self, *, width: int, height: int, scale: float = 1, is_dark: bool = False) -> None:
        """Set the window's size; a scale of 2 is a zoom of 200 %."""
        self.call("Emulation.setDeviceMetricsOverride", width=round(width / scale), height=round(height / scale),
                  deviceScaleFactor=scale, mobile=False)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key, as a person does."""
        number, text = KEYS[key] if key in KEYS else (ord(key.upper()) if key.isalnum() else 0, key)
        code = f"Digit{key}" if key.isdigit() else f"Key{key.upper()}" if key.isalpha() and len(key) == 1 else key
        text = text.upper() if shift and key.isalpha() and len(key) == 1 else text
        name = text if len(key) == 1 else key
        common = {"key": name, "code": code, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def click(self, element: str) -> None:
        """Click with the mouse on the middle of what an expression finds."""
        x, y = self.tell(f"(() => {{ const e = {element}; e.scrollIntoView({{block: 'center'}}); "
                         "const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def shoot(self, path: Path) -> None:
        """Save what is on the screen as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


@contextmanager
def open_browser(folder: Path) -> Iterator[Page]:
    """Open Chromium without a window, with a profile of its own."""
    with subprocess.Popen(
            [find_chromium(), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--remote-debugging-port=0", f"--user-data-dir={folder}",
             "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
        try:
            said = folder / "DevToolsActivePort"
            until = time.monotonic() + 60
            while not said.exists() or len(said.read_text().split()) < 2:
                if time.monotonic() > until:
                    raise TimeoutError("Chromium does not start.")
                time.sleep(0.1)
            port = said.read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                [page] = [t for t in json.load(answer) if t["type"] == "page"][:1]
            shown = Page(page["webSocketDebuggerUrl"])
            yield shown
            shown.close()
        finally:
            browser.terminate()
