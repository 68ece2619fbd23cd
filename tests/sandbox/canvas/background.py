"""Work after the answer: installed tools follow their key (`docs/platforms/canvas.md`, section 2.7)."""

from __future__ import annotations

from .call import Call


def schedule(call: Call, kind: str, key: dict) -> None:
    """Have the tools of `key` follow it (`sync`) or go away (`delete`), after the delay of the switch."""
    delay = call.switch("propagation_delay")
    number = int(delay.removesuffix("s"))
    job = {"kind": kind, "key": key["id"], "left": None, "due": None}
    if number == 0:
        _run(call, job)
    elif delay.endswith("s"):
        call.state["jobs"].append({**job, "due": call.now + number})
    else:
        call.state["jobs"].append({**job, "left": number})


def run_due(call: Call) -> None:
    """Do what is due before this request is served."""
    waiting = []
    for job in call.state["jobs"]:
        if job["left"] == 0 or (job["due"] is not None and call.now >= job["due"]):
            _run(call, job)
            continue
        if job["left"] is not None:
            job["left"] -= 1
        waiting.append(job)
    call.state["jobs"] = waiting


def _run(call: Call, job: dict) -> None:
    # Here, since tools are made from keys, and keys tell when their tools are due.
    from .tools import follow

    for tool in call.state["tools"].values():
        if tool["developer_key_id"] == job["key"] and tool["workflow_state"] != "deleted":
            if job["kind"] == "delete":
                tool.update(workflow_state="deleted", updated_at=call.stamp)
            else:
                follow(call, tool)
