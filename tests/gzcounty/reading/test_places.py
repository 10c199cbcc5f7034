"""Every way in which a county can be written, and every way in which it is not one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gzcounty as gz
from gzcounty.reading.counties import Finder, Found, Lost, gazetteer, region, stem

FINDER = Finder()
CODES = sorted(gazetteer().places)


@pytest.mark.parametrize(
    ("written", "adcode"),
    [
        ("榕江县", "522632"),
        ("榕江", "522632"),
        (" 榕江县\u3000", "522632"),
        ("522632", "522632"),
        (522632, "522632"),
        (522632.0, "522632"),
        ("522632.0", "522632"),
        ("'522632", "522632"),
        ("５２２６３２", "522632"),
        ("522632000", "522632"),
        ("522632000000", "522632"),
        (522632000000.0, "522632"),
        ("Rongjiang", "522632"),
        ("rongjiang county", "522632"),
        ("Róngjiāng Xiàn", "522632"),
        ("Ｒｏｎｇｊｉａｎｇ", "522632"),
        ("贵州省榕江县", "522632"),
        ("黔东南州榕江县", "522632"),
        ("贵州省黔东南苗族侗族自治州榕江县", "522632"),
        # English names in full, with another ending that they had, and with what is around them.
        ("Shuicheng District", "520204"),
        ("SHUICHENG COUNTY", "520204"),
        ("Zunyi County", "520304"),
        ("Pan Xian", "520281"),
        ("Qianxi County", "520581"),
        ("Xiaohe District", "520111"),
        ("Wanshan", "520603"),
        ("Wanshan Special District", "520603"),
        ("Rong-jiang", "522632"),
        ("zheng’an county", "520324"),
        ("Guanling Buyei and Miao Autonomous County", "520424"),
        ("Weining Yi, Hui and Miao Autonomous County", "520526"),
        ("Sandu Shui Autonomous County", "522732"),
        ("Wangmo, Qianxinan, Guizhou Province", "522326"),
        ("Baiyun District, Guiyang", "520113"),
        ("其中：榕江县", "522632"),
        ("威宁", "520526"),
        ("威宁县", "520526"),
        ("威宁彝族回族苗族自治县", "520526"),
        ("赵县", "130133"),
        ("东莞市", "441900"),
        ("杭州市西湖区", "330106"),
        ("吉林市龙潭区", "220203"),
        # Names and codes of 2010: the document of each change is in the table of changes.
        ("盘县", "520281"),
        ("平坝县", "520403"),
        ("遵义县", "520304"),
        ("黔西县", "520581"),
        ("522201", "520602"),
        ("522423", "520581"),
        ("520522", "520581"),
        ("520114", "520111"),
    ],
)
def test_name_or_code_gives_the_county_and_how_it_was_read(written, adcode):
    result = FINDER.find(written)
    assert isinstance(result, Found)
    assert result.adcode == adcode


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("熔江县", "no county has this name"),
        ("鼓楼区", "4 counties have this name"),
        ("白云区", "2 counties have this name"),
        ("Baiyun", "2 counties have this name"),
        ("Baiyun District", "2 counties have this name"),
        ("Rongjiang City", "no county has this name"),
        ("Xi'an", "no county has this name"),
        ("—", "no county has this name"),
        ("大理", "name of a prefecture or province too"),
        ("贵阳市", "wider place or a total"),
        ("贵州", "wider place or a total"),
        ("Guizhou", "wider place or a total"),
        # County-level until 2011, a prefecture since: the name does not say which.
        ("毕节市", "wider place or a total"),
        ("Bijie City", "wider place or a total"),
        ("520100", "province or prefecture, not a county"),
        ("520000", "province or prefecture, not a county"),
        ("100000", "province or prefecture, not a county"),
        ("520101", "all districts of a city together"),
        ("522632101000", "township or village"),
        ("522632101", "township or village"),
        ("5.22632E+11", "rounded"),
        ("52263", "code of 5 digits"),
        ("529999", "no county has this code"),
        ("330199", "older and newer codes are known for Guizhou only"),
    ],
)
def test_name_or_code_of_no_county_gives_the_reason(written, problem):
    lost = FINDER.find(written)
    assert isinstance(lost, Lost)
    assert problem in lost.problem


@pytest.mark.parametrize(
    "written",
    [
        *["合计", "合 计", "全省合计", "贵州省合计", "各县平均", "市辖区", "其中：市辖区"],
        *["其中：", "全省"],
        *["州直", "市本级", "贵阳市", "黔东南州", "毕节地区", "贵州", "520100", "520101", "Total"],
        *["Grand total", "Guizhou total", "Zunyi", "Zunyi City", "Guizhou Province"],
        "Qiandongnan Miao and Dong Autonomous Prefecture",
    ],
)
def test_a_total_or_wider_place_is_told_apart_from_a_name_that_nobody_has(written):
    lost = FINDER.find(written)
    assert isinstance(lost, Lost)
    assert lost.wider
    assert "skip_totals=True" in str(lost.suggestion)


def test_a_name_that_became_a_prefectures_is_told_with_its_code_of_then():
    assert "522401" in str(FINDER.find("毕节市").suggestion)
    assert "522201" in str(FINDER.find("铜仁市").suggestion)


def test_a_shared_name_is_found_with_its_province_or_prefecture():
    assert FINDER.find("白云区", region("贵州")).adcode == "520113"
    assert FINDER.find("Baiyun", region("Guizhou")).adcode == "520113"
    assert FINDER.find("鼓楼区", region("徐州市")).adcode == "320302"
    assert FINDER.find("大理", region("云南省")).adcode == "532901"


def test_a_county_elsewhere_is_not_found():
    assert "not in the province" in FINDER.find("522632", region("53")).problem
    assert "no county of this province" in FINDER.find("榕江县", region("云南")).problem


@pytest.mark.parametrize(
    ("name", "counties"),
    [("贵州", 88), ("贵州省", 88), ("Guizhou", 88), ("520000", 88), (52, 88), ("黔东南州", 16),
     ("黔东南", 16), ("Qiandongnan", 16), ("522600", 16), ("广西", 111), ("Atlantis", None)],
)  # fmt: skip
def test_regions_give_the_codes_of_their_counties(name, counties):
    inside = region(name)
    assert (inside and len(inside)) == counties


def test_every_code_of_the_national_table_stands_for_itself():
    china = gz.load_china_counties()
    assert [FINDER.find(code).adcode for code in china.adcode] == china.adcode.tolist()


def test_every_name_with_its_prefecture_is_found_or_said_to_be_shared():
    places = gazetteer().places
    for code, place in places.items():
        answer = FINDER.find(place.name, region(place.prefecture) or region(place.province))
        assert isinstance(answer, Found), place
        assert answer.adcode == code


def test_every_old_code_of_the_table_of_changes_is_known():
    changes = gz.load_code_changes()
    old = changes.old_code[~changes.old_code.str.endswith("00")].unique()
    assert all(FINDER.find(code).adcode in set(gz.load_counties().adcode) for code in old)


def test_every_english_name_of_guizhou_is_found_with_the_province():
    for county in gz.load_counties().itertuples():
        whole = county.name_full_en
        for name in (county.name_en, whole, whole.upper(), county.pinyin):
            assert FINDER.find(name, region("Guizhou")).adcode == county.adcode


def test_stems_keep_two_signs_and_lose_peoples():
    names = ["城区", "鄂温克族自治旗", "木垒哈萨克自治县", "神农架林区"]
    assert [stem(name) for name in names] == ["城区", "鄂温克族自治旗", "木垒", "神农架"]


def test_near_names_come_from_the_counties_they_are_looked_for_among():
    assert "榕江县 (522632)" in FINDER.near("熔江县", region("黔东南州"))
    assert FINDER.near("Rongjang", CODES).startswith("near: 榕江县 (522632)")
    assert FINDER.near("qqqq", CODES) == ""


def test_the_users_own_list_comes_first():
    finder = Finder({"下城区 ": "330105", "榕江县": "520102"})
    assert finder.find("下城区").adcode == "330105"
    assert finder.find("榕江县").adcode == "520102"


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@settings(max_examples=100, deadline=None)
@given(
    code=st.sampled_from(CODES),
    spaces=st.text(" \t\u3000\u200b\n", max_size=3),
    wide=st.booleans(),
    tail=st.sampled_from(["", "000", "000000", ".0", ".00"]),
)
def test_a_code_is_found_however_it_is_dressed(code, spaces, wide, tail):
    text = (code + tail).translate(FULL_WIDTH) if wide else code + tail
    assert FINDER.find(spaces + text + spaces).adcode == code


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=12), st.integers(), st.floats(), st.booleans()))
def test_any_text_gives_a_county_or_a_reason(text):
    assert isinstance(FINDER.find(text), Found | Lost)
