def test_a(client, world):
    m = world.member()
    me = client.as_(m).get("/users/me")
    print(me)
    print(client.get("/users/" + m.username))
    print(client.get("/users?limit=2"))
