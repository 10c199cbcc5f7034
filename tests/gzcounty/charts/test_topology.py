"""Boundaries cut down to one layer."""

import json

import pytest
from shapes import CODES, land

import gzcounty as gz
from gzcounty.charts import topology


def decoded(topo: dict, name: str) -> list:
    """Return the arcs an object uses, in its order (a reversed arc as ~index)."""
    flat = []

    def walk(arcs):
        if isinstance(arcs, list):
            for arc in arcs:
                walk(arc)
        else:
            flat.append((arcs < 0, topo["arcs"][arcs if arcs >= 0 else ~arcs]))

    shape = topo["objects"][name]
    for part in shape.get("geometries", [shape]):
        walk(part["arcs"])
    return flat


@pytest.mark.parametrize("name", ["counties", "prefecture_borders"])
def test_the_lines_are_unaltered(name):
    for boundaries in (land(), gz.load_boundaries()):
        assert decoded(topology.only(boundaries, name), name) == decoded(boundaries, name)


def test_only_what_is_asked_for_is_kept():
    cut = topology.only(land(), "prefecture_borders")
    assert list(cut["objects"]) == ["prefecture_borders"]
    assert len(cut["arcs"]) == 1
    kept = topology.only(land(), "counties", ("name_en",))
    assert kept["objects"]["counties"]["geometries"][0]["properties"] == {"name_en": "Rongjiang"}


def test_the_original_is_not_changed():
    boundaries = land()
    topology.only(boundaries, "counties")
    assert boundaries == land()


def test_real_borders_take_a_fraction_of_the_whole():
    whole = gz.load_boundaries()
    borders = topology.only(whole, "prefecture_borders")
    assert len(json.dumps(borders)) < 0.3 * len(json.dumps(whole))


def test_ids_and_missing_object():
    assert topology.ids(land()) == CODES
    with pytest.raises(gz.InputError, match="lack the object 'towns'"):
        topology.only(land(), "towns")
