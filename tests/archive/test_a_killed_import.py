import subprocess
import sys

import pytest

from tests.archive.dump_of_ours import answer, comment, question, user

pytestmark = pytest.mark.process

TOPICS = 8


@pytest.fixture
def begin(place, database_url, data_folder):
    """Starts the import in a process of its own; what it writes waits for a line after each batch."""
    begun = []

    def begin():
        arguments = [database_url, str(data_folder), str(place.folder), place.site]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.archive.import_in_a_process", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture
def dump(place):
    posts = [question(10 * n, n, AcceptedAnswerId=10 * n + 1) for n in range(1, TOPICS + 1)]
    posts += [answer(10 * n + 1, 10 * n, n + 20) for n in range(1, TOPICS + 1)]
    comments = [comment(n, 10 * n + 1, n + 40) for n in range(1, TOPICS + 1)]
    users = [user(n, f"Person {n}") for n in range(1, 9)]
    place.write(posts, Comments=comments, Users=users)
    return place


def advance_to(process, stage, done):
    """Let it go on, batch by batch, until it says that it is there."""
    while line := process.stdout.readline():
        said, number = line.rsplit(maxsplit=1)
        if said == stage and int(number) >= done:
            return
        process.stdin.write("on\n")
        process.stdin.flush()
    raise AssertionError(f"The import ended before {stage} {done}.")


@pytest.mark.parametrize(("stage", "done"), [("members", 3), ("topics", 5)])
def test_an_import_that_was_killed_goes_on_where_it_stopped(dump, begin, stage, done):
    process = begin()
    advance_to(process, stage, done)
    process.kill()
    process.wait()
    there = len(dump.topics())
    assert there == (done if stage == "topics" else 0)
    report = dump.take()
    assert report.taken["topics"] == TOPICS - there
    assert report.already["topics"] == there
    topics = dump.topics()
    assert [topic["title"] for topic in topics] == [f"Question number {10 * n}" for n in range(1, TOPICS + 1)]
    for number, topic in enumerate(topics, start=1):
        _, replies = dump.thread(topic)
        assert [(reply["number"], reply["body"]) for reply in replies] == [
            (1, f"Answer {10 * number + 1}."),
            (2, f"Comment {number}."),
        ]
        assert (topic["answer"], topic["reply_count"]) == (1, 2)
    assert dict(dump.take().taken) == {}
