"""What the extensions remember between documents."""

from types import SimpleNamespace

from gz_shelf import Shelf


def test_gives_by_notebook_and_forgets_what_is_read_again():
    shelf, env = Shelf("things"), SimpleNamespace()
    shelf.given(env).setdefault("notebooks/a", {})["x"] = 1
    shelf.takers(env).add("book/p")
    assert shelf.by_notebook(env) == {"a": {"x": 1}}
    assert shelf._write_again(None, env) == ["book/p"]
    shelf._forget(None, env, "notebooks/a")
    shelf._forget(None, env, "book/p")
    assert shelf.given(env) == {}
    assert shelf.takers(env) == set()


def test_takes_over_what_a_parallel_reader_found_and_nothing_else():
    shelf, env, other = Shelf("things"), SimpleNamespace(), SimpleNamespace()
    shelf.given(other).update({"read": {"x": 1}, "old": {"x": 0}})
    shelf.takers(other).update({"read", "old"})
    shelf._merge(None, env, {"read"}, other)
    assert shelf.given(env) == {"read": {"x": 1}}
    assert shelf.takers(env) == {"read"}
