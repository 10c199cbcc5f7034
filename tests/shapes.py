"""A SIMULATED land of four square counties, for tests of maps."""

import pandas as pd

CODES = ["522632", "522630", "520102", "520103"]

NAMES = pd.DataFrame(
    {
        "adcode": CODES,
        "name_en": ["Rongjiang", "Taijiang", "Nanming", "Yunyan"],
        "name_zh": ["榕江县", "台江县", "南明区", "云岩区"],
        "pinyin": ["Róngjiāng Xiàn", "Táijiāng Xiàn", "Nánmíng Qū", "Yúnyán Qū"],
        "prefecture_en": ["Qiandongnan", "Qiandongnan", "Guiyang", "Guiyang"],
        "prefecture_zh": ["黔东南州", "黔东南州", "贵阳市", "贵阳市"],
    }
)
TILES = pd.DataFrame({"adcode": CODES, "col": [0, 1, 0, 1], "row": [0, 0, 1, 1]})


def land() -> dict:
    """Return the boundaries: four squares, each closed by one arc, and one border."""
    corners = [(0, 0), (1, 0), (0, 1), (1, 1)]
    arcs = [[[x, y], [x, y + 1], [x + 1, y + 1], [x + 1, y], [x, y]] for x, y in corners]
    counties = [
        {
            "type": "Polygon",
            "id": code,
            "arcs": [[place]],
            "properties": {"name_en": name.name_en, "name_zh": name.name_zh, "area": 1},
        }
        for place, (code, name) in enumerate(zip(CODES, NAMES.itertuples(), strict=True))
    ]
    border = {"type": "MultiLineString", "arcs": [[~4]]}
    return {
        "type": "Topology",
        "arcs": [*arcs, [[0, 1], [2, 1]]],
        "objects": {
            "counties": {"type": "GeometryCollection", "geometries": counties},
            "prefecture_borders": border,
        },
    }


def values(numbers: list[float], column: str = "income") -> pd.DataFrame:
    """Return one value for each of the first counties."""
    return pd.DataFrame({"adcode": CODES[: len(numbers)], column: numbers})
