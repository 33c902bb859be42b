"""What a browser with an empty cache loads keeps to the budget that the benchmark names."""

from bench.footprint import weigh_first_visit


def test_the_home_page_and_a_topic_keep_to_their_kilobytes(
    browser, stack, client_folder, world, open_category
):
    topic = world.topic(world.member(), open_category(), title="What a first visit weighs")
    for path in ("/", f"/t/{topic['id']}/{topic['slug']}"):
        weighed = weigh_first_visit(browser, stack.url, path, client_folder)
        # Something was seen at all: an entry, what it shares with others, and the page itself.
        assert weighed["files"] >= 4, (path, weighed)
        assert weighed["ok"], (path, weighed)
