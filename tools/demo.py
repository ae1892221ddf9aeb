"""Train the iris model, publish it with gunicorn, and ask it for a prediction."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "iris"
LAUNCHPAD = str(Path(sys.executable).parent / "launchpad")
QUERY = "sepal.length=4.9&sepal.width=2.4&petal.length=3.3&petal.width=1"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "iris"
        shutil.copytree(EXAMPLE, project)
        config = ["-c", "iris_cfg.yml"]
        print("Training the iris model: launchpad -c iris_cfg.yml train", flush=True)
        subprocess.run([LAUNCHPAD, *config, "train"], cwd=project, check=True)
        port = free_port()
        serve = ["serve", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
        print("Starting its API: launchpad -c iris_cfg.yml serve", flush=True)
        server = subprocess.Popen([LAUNCHPAD, *config, *serve], cwd=project)
        try:
            url = f"http://127.0.0.1:{port}/iris/v0/varieties?{QUERY}"
            answer = ask(url, server)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    print(f"\nGET {url}\n{answer}")


def ask(url: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                text: str = answer.read().decode("utf-8")
                return text
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("The API did not start; what it said stands above.")
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    os.environ.pop("LAUNCHPAD_CFG", None)
    main()
