from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from engine.bench.load.browser.tree import Tree


def begun(tree: Tree, run: str, *fragments: str) -> None:
    message = ForwardMsg()
    message.new_session.page_script_hash = "page"
    message.new_session.config.max_cached_message_age = 2
    message.metadata.run.script_run_id = run
    message.metadata.run.fragment_ids.extend(fragments)
    tree.apply(message)


def drawn(tree: Tree, path: tuple[int, ...], text: str, fragment: str = "", **also: Any) -> None:
    message = ForwardMsg(**also)
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = fragment
    if text:
        message.delta.new_element.markdown.body = text
    else:
        message.delta.add_block.allow_empty = True
    tree.apply(message)


def ended(tree: Tree, *fragments: str, early: bool = False) -> None:
    message = ForwardMsg()
    message.metadata.run.fragment_ids.extend(fragments)
    message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    if fragments:
        message.script_finished = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    if early:
        message.script_finished = ForwardMsg.FINISHED_EARLY_FOR_RERUN
    tree.apply(message)


def texts(tree: Tree) -> list[str]:
    return [element.markdown.body for _, element in tree.elements("markdown")]


def test_a_run_takes_away_what_it_did_not_draw_again() -> None:
    tree = Tree()
    begun(tree, "first")
    for k in range(3):
        drawn(tree, (0, k), f"text {k}")
    ended(tree)
    begun(tree, "second")
    drawn(tree, (0, 0), "new")
    assert texts(tree) == ["new", "text 1", "text 2"]
    ended(tree)
    assert texts(tree) == ["new"]


def test_a_run_that_ends_early_takes_nothing_away() -> None:
    tree = Tree()
    begun(tree, "first")
    drawn(tree, (0, 0), "old")
    ended(tree)
    begun(tree, "second")
    ended(tree, early=True)
    assert texts(tree) == ["old"]


def test_a_fragment_takes_away_only_its_own() -> None:
    tree = Tree()
    begun(tree, "first")
    drawn(tree, (0, 0), "page")
    drawn(tree, (0, 1), "")
    drawn(tree, (0, 1, 0), "mine", "f")
    drawn(tree, (0, 1, 1), "mine too", "f")
    ended(tree)
    begun(tree, "second", "f")
    drawn(tree, (0, 1, 0), "mine", "f")
    ended(tree, "f")
    assert texts(tree) == ["page", "mine"]


def test_timers_end_with_the_run_that_set_them() -> None:
    tree, message = Tree(), ForwardMsg()
    message.auto_rerun.fragment_id, message.auto_rerun.interval = "f", 0.5
    begun(tree, "first")
    tree.apply(message)
    begun(tree, "second", "f")
    assert tree.timers == {"f": 0.5}
    begun(tree, "third")
    assert tree.timers == {}


def test_a_kept_message_stands_for_one_that_is_not_sent_again() -> None:
    tree, reference = Tree(), ForwardMsg(ref_hash="h")
    begun(tree, "first")
    drawn(tree, (0, 0), "large", hash="h", metadata={"cacheable": True})
    ended(tree)
    begun(tree, "second")
    assert tree.cache.hashes() == ["h"]
    reference.metadata.delta_path.extend((0, 5))
    tree.apply(reference)
    ended(tree)
    assert [path for path, _ in tree.nodes.items()] == [(0, 5)]
    assert texts(tree) == ["large"]
    for run in "345":
        begun(tree, run)
        ended(tree)
    assert tree.cache.hashes() == []
