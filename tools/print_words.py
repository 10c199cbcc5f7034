"""What the print edition says of itself, in each language. All else in it is said by the site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The messages of one language, each whole, with named fields."""

    code: str  # of the language, as HTML names it
    title: str  # of the file
    author: str
    version: str
    contents: str
    appendix: str
    about: str  # the heading; what stands below it is in edition/about-*.html
    notebooks: str  # what is left out, beside pages that have a title
    reference: str
    left_out: str
    page: str  # behind a link to another chapter
    addresses: str
    settings: str  # below a chart with controls: how they are set
    setting: str
    yes: str
    no: str
    between: str  # the parts of a list


WORDS = {
    "en": Words(
        code="en",
        title="{title} (print edition, gzcounty {version})",
        author="The gzcounty authors",
        version="gzcounty {version} · print edition 印刷版",
        contents="Contents 目录",
        appendix="Appendix",
        about="About this edition",
        notebooks="the notebooks behind the chapters, with code, tests and exercises",
        reference="the reference of every function",
        left_out="{pages}.",
        page=" (p.\u00a0{page})",
        addresses="Addresses",
        settings="As set here: {settings}.",
        setting="{name} {value}",
        yes="yes",
        no="no",
        between="; ",
    ),
    "zh": Words(
        code="zh-CN",
        title="{title}（印刷版，gzcounty {version}）",
        author="gzcounty作者",
        version="gzcounty {version} · 印刷版",
        contents="目录",
        appendix="附录",
        about="关于印刷版",
        notebooks="各章背后的笔记本，含代码、检验和练习",
        reference="全部函数的参考手册（英文）",
        left_out="{pages}",
        page="（见第{page}页）",
        addresses="网址",
        settings="图中设定：{settings}。",
        setting="{name}{value}",
        yes="是",
        no="否",
        between="；",
    ),
}
