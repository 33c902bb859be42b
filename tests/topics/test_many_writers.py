"""Sixteen members reply to one topic at once: nobody is refused, and the numbers have no holes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

WRITERS = 16
EACH = 3


def test_sixteen_writers_of_one_topic_get_dense_numbers(client, world):
    topic = world.topic(world.member())
    members = [world.member() for _ in range(WRITERS)]
    together = Barrier(WRITERS)

    def write(member) -> list[int]:
        together.wait()
        return [world.reply(member, topic, body=f"Reply {n} of many")["number"] for n in range(EACH)]

    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = [number for found in pool.map(write, members) for number in found]
    assert sorted(numbers) == list(range(1, WRITERS * EACH + 1))
    now = client.get(f"/topics/{topic['id']}")
    assert (now["last_number"], now["reply_count"]) == (WRITERS * EACH, WRITERS * EACH)
