"""Glyphs of a PDF stand for characters, not for the radicals of the same shape."""

import unicodedata

import pytest
from print_edition import _RADICALS, character, corrected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("\u2f6c\u5f55", "目录"),
        ("\u2ea0", "民"),
        ("\u2f1e", "囗"),
        ("\u2eda", "页"),
        ("县域\u2015产业", "县域\u2014产业"),
        ("榕江 A1", "榕江 A1"),
    ],
)
def test_radicals_become_characters(printed, expected):
    assert character(printed) == expected


def test_what_stands_for_a_radical_is_a_character():
    for radical, expected in _RADICALS.items():
        assert unicodedata.name(chr(radical)).startswith("CJK RADICAL ")
        assert unicodedata.name(chr(expected)).startswith("CJK UNIFIED IDEOGRAPH-")


def test_pairs_of_a_table_are_corrected_and_the_rest_is_kept():
    table = b"2 beginbfchar\n<0011> <2F6C>\n<0012> <5F55>\nendbfchar\nendcmap"
    assert corrected(table) == b"2 beginbfchar\n<0011> <76EE>\n<0012> <5F55>\nendbfchar\nendcmap"


def test_a_run_with_a_radical_names_each_character():
    table = b"1 beginbfrange\n<0011> <0013> <2F6B>\nendbfrange"
    listed = b"<0011> <0013> [<76BF> <76EE> <77DB>]"
    assert corrected(table) == b"1 beginbfrange\n" + listed + b"\nendbfrange"


def test_a_run_without_one_stays_as_it_is():
    table = b"2 beginbfrange\n<0000> <0002> <0041>\n<0005> <0006> <4E00>\nendbfrange"
    assert corrected(table) == table


def test_characters_beyond_the_first_plane_survive():
    table = b"1 beginbfchar\n<0011> <D840DC00>\nendbfchar"
    assert corrected(table) == table
