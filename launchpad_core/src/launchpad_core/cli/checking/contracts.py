"""Trying the live model on the contract's own examples, for ``check --connect``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from launchpad_core.errors import LaunchpadError, NoSuchBuild
from launchpad_core.tracebacks import developers_errors

if TYPE_CHECKING:
    from launchpad_core.contract import ApiContract, Operation
    from launchpad_core.golden.answers import Answers
    from launchpad_core.golden.kept import GoldenRequest
    from launchpad_core.project import Project

OK = "ok"
_UNTRAINED = "not tried: no model has been trained (launchpad train)"
_NO_EXAMPLES = "not tried: the contract has no examples"


def contract_rows(project: Project) -> Iterator[dict[str, Any]]:
    """Yield for each operation whether the live model answers what it promises.

    The requests are made of the contract's examples. Data sinks write nothing.

    Args:
        project: The project, resolved for predicting; without an API, there are none.
    """
    resolution = project.resolution
    if resolution.contract is None and resolution.derivation is None:
        return
    try:
        contract = project.contract
    except NoSuchBuild:  # it is derived at training
        yield _row("api", _UNTRAINED)
        return
    except LaunchpadError as error:
        yield _row("api", error.in_one_line(), failed=True)
        return
    names = [f"{one.method} {one.path}" for one in contract.operations]
    try:
        with developers_errors("trying it"):
            answers = _answers(project, contract)
    except NoSuchBuild:
        yield from (_row(name, _UNTRAINED) for name in names)
    except LaunchpadError as error:
        told = error.in_one_line()
        yield from (_row(name, told, failed=True) for name in names)
    else:
        yield from _tried(contract, answers)


def _answers(project: Project, contract: ApiContract) -> Answers:
    from launchpad_core.golden.answers import Answers

    return Answers(project, project.live_model().contents, contract)


def _tried(contract: ApiContract, answers: Answers) -> Iterator[dict[str, Any]]:
    from launchpad_core.golden.candidates import candidates

    requests: dict[tuple[str, str], list[GoldenRequest]] = {}
    for operation, request in candidates(contract, ()):
        requests.setdefault((operation.method, operation.path), []).append(request)
    for one in contract.operations:
        key = (one.method, one.path)
        state, failed = _state(one, contract, answers, requests.get(key, ()))
        yield _row(" ".join(key), state, failed=failed)


def _state(
    operation: Operation,
    contract: ApiContract,
    answers: Answers,
    requests: Sequence[GoldenRequest],
) -> tuple[str, bool]:
    """Return what became of an operation's examples, and whether that is a mistake."""
    from launchpad_core.golden.answers import told
    from launchpad_core.responses import in_words, response_checker
    from launchpad_core.schemas.faults import InvalidRequest

    missing: set[str] = set()
    answered = 0
    try:
        wrong_with = response_checker(operation, contract.schemas)
    except LaunchpadError as error:
        return error.in_one_line(), True
    for request in requests:
        try:
            answer = answers.answer(operation, request.given)
        except InvalidRequest as error:
            if any(fault.code != "missing" for fault in error.faults):
                return f"{request}: an example is refused: {error}", True
            missing |= {fault.name or "the body" for fault in error.faults}
            continue
        except (Exception, SystemExit) as error:
            return f"{request}: predict raised {told(error)}", True
        answered += 1
        if faults := wrong_with(answer):
            words = "; ".join(map(in_words, faults))
            return f"{request}: not what the contract promises: {words}", True
    if answered:
        return OK, False
    if missing:
        names = ", ".join(sorted(missing))
        return f"not tried: the contract has no example of {names}", False
    return _NO_EXAMPLES, False


def _row(name: str, state: str, *, failed: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "contract",
        "type": "",
        "state": state,
        "failed": failed,
    }
