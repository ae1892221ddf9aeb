"""What is kept about a training: who, where, with what; never a secret."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from launchpad_core.contract import ApiContract
from launchpad_core.contracts.as_json import contract_as_json
from launchpad_core.masking import without_secrets
from launchpad_core.plain import plain
from launchpad_core.surroundings import surroundings
from launchpad_core.writer import user_name


def training_metadata(
    config: Mapping[str, Any],
    *,
    metrics: Any,
    report: Mapping[str, Any],
    started: datetime,
    data: Mapping[str, Any],
    code: Mapping[str, Any] | None,
    software: Mapping[str, str],
    contract: ApiContract | None = None,
) -> dict[str, Any]:
    """Return the metadata of a build, as plain values.

    Args:
        config: The whole config.
        metrics: The test's metrics.
        report: What the model code reported.
        started: When the training began.
        data: What train and test read.
        code: The commit of the model code, if there is one.
        software: What the model ran on besides Python and its packages.
        contract: The API's contract as it is published with the build.
    """
    model = config["model"]
    now = datetime.now(timezone.utc)
    besides = {"software": dict(software)} if software else {}
    metadata = {
        "training": str(uuid.uuid4()),
        "name": model["name"],
        "version": model["version"],
        "created": now.isoformat(),
        "started": started.isoformat(),
        "duration_seconds": round((now - started).total_seconds(), 3),
        "created_by": user_name(),
        "system": {**surroundings(), **besides},
        "code": code,
        "train_report": report,
        "metrics": metrics,
        "data": data,
        "config_snapshot": without_secrets(config),
    }
    if contract is not None:
        metadata["contract"] = contract_as_json(contract)
    own = without_secrets(model)
    own.pop("module", None)
    return {**plain(metadata), **plain({k: own[k] for k in own if k not in metadata})}
