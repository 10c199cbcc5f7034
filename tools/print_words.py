"""What the print edition says of itself, in each language. All else in it is said by the site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The messages of one language, each whole, with named fields; here in English."""

    code: str = "en"  # of the language, as HTML names it
    title: str = "{title} (print edition, gzcounty {version})"  # of the file
    author: str = "The gzcounty authors"
    version: str = "gzcounty {version} · print edition 印刷版"
    contents: str = "Contents 目录"
    appendix: str = "Appendix"
    about: str = "About this edition"  # a heading; what stands below it is in edition/about-*.html
    # What is left out, beside pages that have a title.
    notebooks: str = "the notebooks behind the chapters, with code, tests and exercises"
    reference: str = "the reference of every function"
    left_out: str = "{pages}."
    page: str = " (p.\u00a0{page})"  # behind a link to another chapter
    addresses: str = "Addresses"
    settings: str = "As set here: {settings}."  # below a chart with controls
    setting: str = "{name} {value}"
    yes: str = "yes"
    no: str = "no"
    between: str = "; "  # the parts of a list


WORDS = {
    "en": Words(),
    "zh": Words(
        code="zh-CN",
        title="{title}（印刷版，gzcounty {version}）",
        author="gzcounty编写组",
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
