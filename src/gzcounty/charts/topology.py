"""TopoJSON, cut down to what one layer draws."""

from __future__ import annotations

from typing import Any

from gzcounty.errors import InputError

Arcs = list["Arcs"] | int


def only(topology: dict[str, Any], name: str, properties: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a topology that holds one object and the arcs it uses.

    A Vega-Lite specification cannot read two objects from one data set, so each layer brings
    its own; without the arcs and properties it does not need, both stay small.

    Parameters
    ----------
    topology : dict
        TopoJSON topology.
    name : str
        Object to keep.
    properties : tuple of str
        Properties of its geometries to keep.

    Returns
    -------
    dict
        A new topology; the arcs are those of the old one, unaltered.

    Raises
    ------
    InputError
        If the topology has no such object.

    Notes
    -----
    An arc index i < 0 means arc ``~i`` read backwards (TopoJSON specification, section 2.1.4).
    """
    objects = topology.get("objects", {})
    if name not in objects:
        raise InputError(f"the boundaries lack the object {name!r}; they have {sorted(objects)}.")
    used: dict[int, int] = {}

    def renumber(arcs: Arcs) -> Arcs:
        if isinstance(arcs, list):
            return [renumber(arc) for arc in arcs]
        place = used.setdefault(arcs if arcs >= 0 else ~arcs, len(used))
        return place if arcs >= 0 else ~place

    def copy(shape: dict[str, Any]) -> dict[str, Any]:
        if "geometries" in shape:
            return {"type": shape["type"], "geometries": [copy(g) for g in shape["geometries"]]}
        out: dict[str, Any] = {key: shape[key] for key in ("type", "id") if key in shape}
        kept = {k: v for k, v in shape.get("properties", {}).items() if k in properties}
        return {**out, "arcs": renumber(shape["arcs"]), **({"properties": kept} if kept else {})}

    shape = copy(objects[name])
    arcs = [topology["arcs"][index] for index in used]
    rest: dict[str, Any] = {key: topology[key] for key in ("type", "transform") if key in topology}
    return {**rest, "objects": {name: shape}, "arcs": arcs}


def ids(topology: dict[str, Any], name: str = "counties") -> list[str]:
    """Return the ids of an object's geometries, in their order."""
    return [str(shape.get("id")) for shape in only(topology, name)["objects"][name]["geometries"]]
