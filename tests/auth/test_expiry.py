from sqlalchemy import event

from api.auth import tasks
from tests.auth.people import PASSWORD, Visitor

KEPT = ("registrations", "one_time_tokens", "sessions")


def test_what_ran_out_is_removed_and_nothing_else(app, world, visitor, post, sign_up, sql):
    joined = sign_up()
    old = {"username": world.name("old"), "email": f"{world.name('box')}@example.org", "password": PASSWORD}
    new = {"username": world.name("new"), "email": f"{world.name('box')}@example.org", "password": PASSWORD}
    for given in (old, new):
        visitor.post("/auth/register", given, 202)
    sql("update registrations set expires_at = now() - interval '1 hour' where email = :e", e=old["email"])
    ended = sign_up()
    sql("update sessions set idle_expires_at = now() - interval '1 hour' where user_id = "
        "(select id from users where username = :n)", n=ended.username)  # fmt: skip
    with app.app_context():
        tasks.purge()

    assert sql("select 1 from registrations where email = :e", e=old["email"]) == []
    assert sql("select 1 from usernames where shown = :n", n=old["username"]) == []
    sessions = "select 1 from sessions s join users u on u.id = s.user_id where u.username = :n"
    assert sql(sessions, n=ended.username) == []
    assert len(sql(sessions, n=joined.username)) == 1
    Visitor(app).post("/auth/register", old | {"email": f"{world.name('box')}@example.org"}, 202)
    visitor.post("/auth/confirm", {"token": post.token(new["email"])}, 200)


def test_the_hourly_purge_reads_no_table_from_end_to_end(app, sql):
    sent = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        if statement.startswith(("SELECT", "DELETE")):
            sent.append((statement, parameters))

    engine = app.extensions["parley"].database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        with app.app_context():
            tasks.purge()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    found = set()
    with engine.connect() as connection:
        connection.exec_driver_sql("set local enable_seqscan = off")
        for statement, parameters in sent:
            plan = connection.exec_driver_sql(f"explain {statement}", parameters)
            found |= {table for (line,) in plan for table in KEPT if f"Seq Scan on {table}" in line}
    assert len(sent) >= len(KEPT)
    assert found == set()
