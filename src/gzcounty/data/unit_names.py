"""Names of units in Chinese: those of the data dictionary and of reports, and those of reading."""

from gzcounty.language import current_language

UNITS_ZH = {
    # Of the data dictionary.
    "%": "%", "as in the panel": "同面板", "as the test's evidence": "同检验所用证据",
    "businesses": "家", "cell": "格", "counties": "个县", "degrees east": "东经度数",
    "degrees north": "北纬度数", "enterprises": "家企业", "households": "户",
    "households in the long form": "户（长表）", "index": "指数", "km": "公里", "km2": "平方公里",
    "lines": "户", "m": "米", "m2 a person": "平方米/人", "million yuan": "百万元",
    "nW/cm2/sr": "nW/cm²/sr", "persons": "人", "persons a household": "人/户",
    "persons in the long form": "人（长表）", "share": "比例", "villages": "个村", "year": "年份",
    "years": "年", "yuan a person": "元/人",
    # Of what was reported.
    "10k": "万", "100m": "亿", "accounts": "个", "county selections": "县次",
    "embroiderers": "名绣娘", "entities": "户", "firms": "家", "mu": "亩",
    "people": "人", "person-times": "人次", "times": "倍", "tonnes": "吨", "views": "次",
    "visits": "人次", "yuan": "元",
    # Of tables that are read: `gzcounty.reading.units.find_unit` takes these names too.
    "thousand yuan": "千元", "10k yuan": "万元", "100m yuan": "亿元",
    "10k yuan a person": "万元/人", "10k persons": "万人", "10k households": "万户",
    "% change": "增长率", "count": "个数", "flag": "0或1", "year or 0": "年份或0",
    "number": "数值", "text": "文本",
}  # fmt: skip


def unit_name(unit: str) -> str:
    """Return a unit as it is called in the current language; one that is unknown as it is.

    >>> unit_name("yuan a person")
    'yuan a person'
    """
    return UNITS_ZH.get(unit, unit) if current_language() == "zh" else unit
