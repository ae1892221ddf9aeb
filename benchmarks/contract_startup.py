"""What an API contract adds to the start of an app, beside ramlfications alone.

Measured is the CPU time of one piece of work in a new process that has imported what
the app needs anyway, as the median over all rounds:

- importing a reader, reading a contract of about 100 lines, and compiling a validator
  for each of its operations, from RAML 0.8, RAML 1.0 and OpenAPI;
- importing ramlfications and parsing the RAML 0.8 file, and nothing more.

Run it with ``python benchmarks/contract_startup.py`` in an environment that has
launchpad-core, launchpad-api-raml and launchpad-api-openapi installed. Below 0.5 s is
wanted for RAML 0.8.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "iris" / "iris.raml"

READING = """
import sys, time
from pathlib import Path
import launchpad_core.web, launchpad_core.requests.validation
start = time.process_time()
from {module} import {reader}
contract = {reader}().read(Path(sys.argv[1]))
for operation in contract.operations:
    launchpad_core.requests.validation.validator(operation, schemas=contract.schemas)
print(time.process_time() - start)
"""
RAMLFICATIONS = """
import sys, time
import launchpad_core.web
start = time.process_time()
import ramlfications
ramlfications.parse(sys.argv[1])
print(time.process_time() - start)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="runs of each")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        raml_08, raml_10, openapi = write_contracts(Path(folder))
        raml = {"module": "launchpad_api_raml.format", "reader": "RamlFormat"}
        other = {"module": "launchpad_api_openapi.format", "reader": "OpenApiFormat"}
        work = {
            "ramlfications alone, RAML 0.8": (RAMLFICATIONS, raml_08),
            "launchpad, RAML 0.8": (READING.format(**raml), raml_08),
            "launchpad, RAML 1.0": (READING.format(**raml), raml_10),
            "launchpad, OpenAPI": (READING.format(**other), openapi),
        }
        times = measure(work, rounds)
    report(times)


def write_contracts(folder: Path) -> tuple[Path, Path, Path]:
    """Return files with the same contract: RAML 0.8 of 100 lines, and its versions."""
    from launchpad_api_openapi.format import OpenApiFormat
    from launchpad_api_raml.format import RamlFormat

    head, _, resource = EXAMPLE.read_text("utf-8").partition("/varieties:\n")
    files = folder / "old.raml", folder / "new.raml", folder / "new.yaml"
    files[0].write_text(f"{head}/varieties:\n{resource}/flowers:\n{resource}")
    contract = RamlFormat().read(files[0])
    files[1].write_text(RamlFormat().write(contract), encoding="utf-8")
    files[2].write_text(OpenApiFormat().write(contract), encoding="utf-8")
    return files


def measure(work: dict[str, tuple[str, Path]], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds + 1):
        for name, (code, file) in work.items():
            command = [sys.executable, "-c", code, str(file)]
            done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            if number:  # the first round compiles the modules
                times[name].append(float(done.stdout))
    return times


def report(times: dict[str, list[float]]) -> None:
    alone = statistics.median(next(iter(times.values())))
    print(f"{'contract':32}{'CPU ms (median)':>16}{'ratio':>8}")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name:32}{median * 1000:16.1f}{median / alone:8.2f}")


if __name__ == "__main__":
    main()
