"""The vendored chart libraries are those that altair writes its charts for."""

import pytest
import vendor


def versions() -> dict[str, str]:
    lines = (vendor.VENDOR / "VERSIONS").read_text(encoding="utf-8").split("\n")
    return dict(line.split() for line in lines if line)


@pytest.mark.parametrize("package", vendor.FILES)
def test_version_is_the_one_altair_asks_for(package):
    altair, stored = vendor.versions()[package].split("."), versions()[package].split(".")
    assert stored[: len(altair)] == altair


@pytest.mark.parametrize("package", vendor.FILES)
def test_script_is_that_version_and_has_its_licence(package):
    script = (vendor.VENDOR / f"{package}.min.js").read_text(encoding="utf-8")
    assert f'"{versions()[package]}"' in script
    assert "sourceMappingURL" not in script
    licence = (vendor.VENDOR / f"{package}.LICENSE").read_text(encoding="utf-8")
    assert "Redistribution and use" in licence
