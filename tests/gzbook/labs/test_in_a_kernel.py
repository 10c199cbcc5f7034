"""A lab in a real kernel, asked as Jupyter Lab asks it, while another cell runs."""

import time

import pytest

SHOWN = """
import altair as alt
import pandas as pd
from gzbook.labs import Answer, Lab, slider

def answer(k):
    chart = alt.Chart({"values": [{"k": k}]}).mark_point()
    return Answer(pd.DataFrame({"": ["a"]}), {}, lambda: chart, f"It is {k}.", "k", "k")

Lab(answer, {"k": slider("K", 1, 5, 1, 2)})
"""
BUSY = """
import time
end = time.monotonic() + 60
while time.monotonic() < end:
    sum(range(1000))
"""


@pytest.fixture(scope="module")
def client():
    from jupyter_client.manager import start_new_kernel

    manager, connected = start_new_kernel(startup_timeout=120)
    yield connected
    connected.stop_channels()
    manager.shutdown_kernel(now=True)


def values(message: dict) -> dict:
    return message["content"].get("data", {}).get("state", {})


@pytest.mark.slow
def test_a_touch_is_answered_while_a_cell_runs(client):
    """Lab sends what widgets say to a loop of their own, a subshell."""
    client.control_channel.send(client.session.msg("create_subshell_request"))
    subshell = client.get_control_msg(timeout=60)["content"]["subshell_id"]
    client.execute(SHOWN)
    busy = client.execute(BUSY)
    slider, heard = None, []
    end = time.monotonic() + 120
    while time.monotonic() < end:
        message = client.get_iopub_msg(timeout=60)
        state = values(message)
        if state.get("_model_name") == "IntSliderModel":
            slider = message["content"]["comm_id"]
        if message["parent_header"].get("msg_id") == busy:
            if message["msg_type"] == "execute_input":
                update = {"method": "update", "state": {"value": 4}, "buffer_paths": []}
                touch = client.session.msg("comm_msg", {"comm_id": slider, "data": update})
                touch["header"]["subshell_id"] = subshell
                client.shell_channel.send(touch)
            if message["content"].get("execution_state") == "idle":
                break
        elif "value" in state:
            heard.append(state["value"])
            if "It is 4." in str(state["value"]):  # that cell has run for long enough
                client.control_channel.send(client.session.msg("interrupt_request"))
    said = [text for text in heard if isinstance(text, str)]
    assert any("Working on it" in text for text in said)
    assert any("It is 4." in text for text in said)
